using Godwit.Bench.Micro;
using Godwit.Core.Stores;

if (args is not [var from, var to])
{
    await Console.Error.WriteLineAsync(
        "./dev bench micro FROM TO    two addresses: where a copy's time goes, without the engine; TO is overwritten");
    return 2;
}

await using var source = await Stores.Open(from, to, StoreRole.Source);
await using var target = await Stores.Open(to, from, StoreRole.Target);
await new Copy(source, target, new Legs(Console.Out)).Run(CancellationToken.None);
return 0;
