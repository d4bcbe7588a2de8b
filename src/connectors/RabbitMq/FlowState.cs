using Godwit.Connectors.RabbitMq.Moving;
using Godwit.Core.Stores;

namespace Godwit.Connectors.RabbitMq;

/// <summary>Whether messages are taken away from a broker at the moment.</summary>
/// <remarks>
/// A source is drained from the beginning; a target, and a source that traffic has left, only while the fence is up:
/// what lies there belongs to whoever consumes there.
/// </remarks>
internal sealed class FlowState(LedgerFile file, StoreRole role)
{
    private readonly Lock _lock = new();
    private bool _isRead, _drains, _isFenced;

    internal bool IsActive => Get(() => _drains || _isFenced);

    /// <summary>Whether everything that is here is to go over, since traffic has not left yet.</summary>
    internal bool Drains => Get(() => _drains);

    internal void Raise() => Set(() => _isFenced = true);

    internal void Lower() => Set(() => _isFenced = false);

    /// <summary>Messages come to here: those that are here already stay from now on.</summary>
    internal void BecomeDestination()
    {
        if (Get(() => _drains))
            Set(() => _drains = false);
    }

    internal void Delete() => Get(() =>
    {
        file.Delete();
        (_drains, _isFenced) = (role == StoreRole.Source, false);
        return true;
    });

    private void Set(Action change) => Get(() =>
    {
        change();
        file.Write(to =>
        {
            to.Write(_drains);
            to.Write(_isFenced);
        });
        return true;
    });

    private T Get<T>(Func<T> get)
    {
        lock (_lock)
        {
            if (!_isRead && !file.Read(from => (_drains, _isFenced) = (from.ReadBoolean(), from.ReadBoolean())))
                _drains = role == StoreRole.Source;
            _isRead = true;
            return get();
        }
    }
}
