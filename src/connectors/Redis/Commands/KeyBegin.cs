namespace Godwit.Connectors.Redis.Commands;

/// <summary>Where the keys of a command begin.</summary>
internal abstract record KeyBegin
{
    private KeyBegin()
    {
    }

    /// <summary>The argument to begin with; none when the keyword is not there.</summary>
    public abstract int? Find(CommandFrame command);

    /// <summary>Always at the same argument.</summary>
    internal sealed record Index(int Argument) : KeyBegin
    {
        public override int? Find(CommandFrame command) => Argument;
    }

    /// <summary>After a word, looked for onwards from an argument, or backwards from one below zero.</summary>
    internal sealed record Keyword(string Word, int StartFrom) : KeyBegin
    {
        private readonly byte[] _word = CommandName.Of(Word);

        public override int? Find(CommandFrame command)
        {
            var step = StartFrom >= 0 ? 1 : -1;
            // A word that ends the command has no key after it.
            for (var at = StartFrom >= 0 ? StartFrom : command.Count + StartFrom;
                 at >= 1 && at < command.Count - 1;
                 at += step)
            {
                if (CommandName.Is(command[at], _word))
                    return at + 1;
            }
            return null;
        }
    }

    /// <summary>The server cannot say.</summary>
    internal sealed record Unknown : KeyBegin
    {
        public override int? Find(CommandFrame command) => null;
    }
}
