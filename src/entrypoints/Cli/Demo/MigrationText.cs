namespace Godwit.Cli.Demo;

/// <summary>The migration file of the demonstration: what a user would write for this shop.</summary>
internal static class MigrationText
{
    public const string Yaml = $$"""
        # One tenant of twenty, its rows in six tables and its files, from shard A to shard B.
        # Paths are relative to the folder in which godwit is started.
        migration: {{Shop.ShopFolder.Migration}}
        tenant: { id: 42 }
        moves:
          - from: sqlite:a.db
            to:   sqlite:b.db
            tables:
              tenant_column: tenant_id      # orders, lines and payments are found by their foreign keys
              reference: [plans]            # the same at both shards: compared, never changed
          - from: file:a/blobs/{tenant}
            to:   file:b/blobs/{tenant}
        route:
          file: routes.json                 # the shop's writers look here before each write
        cutover: { max_pause: 5s, max_lag: 1s }
        """;
}
