using Godwit.Engine.Recovering;
using Godwit.Engine.Verifying;

namespace Godwit.Engine.Running;

/// <summary>A pass over everything that a command asked for. It goes on beside the crew, so that later commands are
/// heard; while it lasts the crew does not verify by itself.</summary>
internal sealed class CommandedLook(RunContext run, Crew crew) : IAsyncDisposable
{
    private CancellationTokenSource? _over;
    private Task<PassResult>? _pass;
    private long _command;

    /// <summary>Begins what a command asks for, or goes on with it; answers it when its end is known.</summary>
    internal async Task Serve(long command, CancellationToken cancellation)
    {
        if (_pass is null)
        {
            await crew.StopVerification();
            _over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            (_command, _pass) = (command, crew.Verifier.Look(_over.Token));
        }
        if (!_pass.IsCompleted)
            return;
        await Answer(await _pass, cancellation);
        await End();
        crew.StartVerification();
    }

    /// <summary>Ends it when its command was answered by somebody else.</summary>
    internal async Task GiveWay()
    {
        if (_pass is null || run.State.OpenCommands.Any(one => one.Sequence == _command))
            return;
        await End();
        crew.StartVerification();
    }

    public async ValueTask DisposeAsync() => await End();

    private async Task Answer(PassResult result, CancellationToken cancellation)
    {
        var problem = result.Verdict switch
        {
            Verdict.Equal => null,
            Verdict.Different => EngineProblems.Different(result.DifferentRecords),
            Verdict.Undecided => EngineProblems.StillUndecided(result.UndecidedRecords),
            _ => throw new InvalidOperationException($"Verdict {result.Verdict}."),
        };
        await run.Journal.Answer(_command, problem, result.Sample, cancellation);
    }

    private async Task End()
    {
        if (_pass is null)
            return;
        await WorkGroup.End(_over!, [_pass]);
        _over!.Dispose();
        (_over, _pass) = (null, null);
    }
}
