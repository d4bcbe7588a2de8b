using Godwit.Cli;

using var interruption = new Interruption();
return CommandLine.Run(args, Surroundings.OfProcess(), interruption.Token);
