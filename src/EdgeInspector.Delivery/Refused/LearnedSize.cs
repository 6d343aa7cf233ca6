namespace EdgeInspector.Delivery.Refused;

/// <summary>
/// What a broker takes that does not say so (MQTT 3.1.1), learnt from a message that it took once it was smaller. Not thread-safe, and
/// forgotten at the end of the
/// process: somebody may have raised the limit.
/// </summary>
internal sealed class LearnedSize
{
    private readonly Dictionary<Guid, long> _refused = [];

    /// <summary>The largest packet worth a try, in bytes.</summary>
    public long Most { get; private set; } = long.MaxValue;

    /// <summary>A message of so many bytes was not taken.</summary>
    public void Refused(Guid id, long bytes) => _refused[id] = bytes;

    /// <summary>A message of so many bytes was taken.</summary>
    /// <param name="id">The message.</param>
    /// <param name="bytes">Of its packet.</param>
    /// <param name="wasMadeSmaller">False: as it was; that it was not taken before had another cause.</param>
    /// <returns>True when that taught something new.</returns>
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

    /// <summary>A message will not be tried any more.</summary>
    public void Forget(Guid id) => _refused.Remove(id);
}
