namespace Godwit.Engine.Journal;

/// <summary>An incremental run ended with everything proved equal (clean), or one has begun since.</summary>
internal sealed record RestedFact(bool Clean);
