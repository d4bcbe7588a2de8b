namespace Godwit.Cli.State;

/// <summary>Where a migration was begun: its relative paths start there for ever.</summary>
/// <param name="Directory">Current folder of the first run.</param>
/// <param name="File">The migration file as it was given.</param>
/// <param name="Places">Fingerprint of where its addresses lead, variables filled in, without passwords.</param>
internal sealed record Origin(string Directory, string File, string Places);
