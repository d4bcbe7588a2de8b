namespace Godwit.Connectors.RabbitMq.Streams;

/// <summary>Commands of the stream protocol that are spoken here, by their keys; an answer has the highest bit
/// set.</summary>
internal enum StreamCommand : ushort
{
    None = 0,
    DeclarePublisher = 1,
    Publish = 2,
    PublishConfirm = 3,
    PublishError = 4,
    QueryPublisherSequence = 5,
    DeletePublisher = 6,
    Subscribe = 7,
    Deliver = 8,
    Credit = 9,
    Unsubscribe = 12,
    Metadata = 15,
    MetadataUpdate = 16,
    PeerProperties = 17,
    SaslHandshake = 18,
    SaslAuthenticate = 19,
    Tune = 20,
    Open = 21,
    Close = 22,
    Heartbeat = 23,
}
