namespace Godwit.Engine.Planning;

/// <summary>One stream as <c>check</c> shows it.</summary>
/// <param name="Name">The stream.</param>
/// <param name="Scope">Which of its records, for people; or <c>reference</c> or <c>excluded</c>.</param>
/// <param name="InScope">Records that will be moved.</param>
/// <param name="Orphans">Records that no path connects to any tenant.</param>
/// <param name="EstimatedBytes">Of the whole stream.</param>
public sealed record StreamScope(string Name, string Scope, long InScope, long Orphans, long EstimatedBytes);
