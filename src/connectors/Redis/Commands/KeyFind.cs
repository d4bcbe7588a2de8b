using System.Globalization;

namespace Godwit.Connectors.Redis.Commands;

/// <summary>Which arguments are keys from where they begin.</summary>
internal abstract record KeyFind
{
    private KeyFind()
    {
    }

    /// <summary>The first key, the last one and the step between; false if the arguments are not so.</summary>
    public abstract bool TryFind(CommandFrame command, int begin, out (int First, int Last, int Step) keys);

    /// <summary>Up to an argument counted from the beginning, or, below zero, from the end.</summary>
    /// <param name="Last">0: one key. -1: up to the last argument.</param>
    /// <param name="Step">From one key to the next.</param>
    /// <param name="Limit">2: only the first half of what follows are keys. 0 and 1: no such limit.</param>
    internal sealed record Range(int Last, int Step, int Limit) : KeyFind
    {
        public override bool TryFind(CommandFrame command, int begin, out (int First, int Last, int Step) keys)
        {
            var last = Last >= 0 ? begin + Last
                : Limit <= 1 ? command.Count + Last
                : begin + ((command.Count - begin) / Limit) + Last;
            keys = (begin, last, Step);
            return Step > 0 && last < command.Count;
        }
    }

    /// <summary>As many as an argument says.</summary>
    /// <param name="Number">The argument with the number, counted from the beginning.</param>
    /// <param name="First">The first key, counted from the beginning.</param>
    /// <param name="Step">From one key to the next.</param>
    internal sealed record Counted(int Number, int First, int Step) : KeyFind
    {
        public override bool TryFind(CommandFrame command, int begin, out (int First, int Last, int Step) keys)
        {
            keys = default;
            var number = begin + Number;
            if (Step <= 0
                || number >= command.Count
                || !int.TryParse(command[number], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                || count > command.Count)
                return false;
            var last = begin + First + ((count - 1) * Step);
            keys = (begin + First, last, Step);
            return last < command.Count;
        }
    }

    /// <summary>The server cannot say.</summary>
    internal sealed record Unknown : KeyFind
    {
        public override bool TryFind(CommandFrame command, int begin, out (int First, int Last, int Step) keys)
        {
            keys = default;
            return false;
        }
    }
}
