namespace Godwit.Bench.Peers;

/// <summary>How fast Godwit wants to be: at most so many times what somebody else takes.</summary>
/// <param name="Step">Godwit's step.</param>
/// <param name="Peer">Who sets the measure.</param>
/// <param name="PeerStep">By which step.</param>
/// <param name="Most">The ratio that is just good enough.</param>
internal sealed record Aim(string Step, string Peer, string PeerStep, double Most);
