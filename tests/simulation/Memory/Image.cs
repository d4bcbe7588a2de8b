using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Tests.Simulation;

/// <summary>A touched key with the row in scope that it has, or null; and the transaction, when the source tells
/// it.</summary>
internal sealed record Image(ScopedStream Stream, Key Key, Row? Row, ulong? Transaction);
