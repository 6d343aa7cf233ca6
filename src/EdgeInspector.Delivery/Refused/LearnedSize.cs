namespace EdgeInspector.Delivery.Refused;

/// <summary>
/// The largest message that a broker takes which does not say so itself (MQTT 3.1.1), learnt from a message that the broker took once it
/// was smaller. Not thread-safe, and forgotten at the end of the process: somebody may have raised the limit.
/// </summary>
internal sealed class LearnedSize
{
    private readonly Dictionary<Guid, long> _refused = [];

    /// <summary>The largest packet worth a try, in bytes.</summary>
    public long Most { get; private set; } = long.MaxValue;

    /// <summary>Notes that a message of so many bytes was not taken.</summary>
    public void Refused(Guid id, long bytes) => _refused[id] = bytes;

    /// <summary>Notes that a message of so many bytes was taken.</summary>
    /// <param name="id">The message.</param>
    /// <param name="bytes">Size of the message's packet.</param>
    /// <param name="wasMadeSmaller">False: the message was unchanged, so that it was refused before for another reason.</param>
    /// <returns>True when something new was learnt.</returns>
    public bool Taken(Guid id, long bytes, bool wasMadeSmaller)
    {
        if (bytes > Most)
            Most = bytes;
        if (!_refused.Remove(id, out long before) || before <= bytes || !wasMadeSmaller)
            return false;
        long most = Math.Max(bytes, before / 2);
        bool isNew = most < Most;
        Most = Math.Min(Most, most);
        return isNew;
    }

    /// <summary>Says that a message will not be tried any more.</summary>
    public void Forget(Guid id) => _refused.Remove(id);
}
