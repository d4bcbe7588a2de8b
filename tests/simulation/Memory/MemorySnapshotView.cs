using Godwit.Core.Positions;

namespace Godwit.Tests.Simulation;

/// <summary>What a read transaction that starts now sees.</summary>
internal sealed record MemorySnapshotView(MemoryState State, Visibility Visibility);
