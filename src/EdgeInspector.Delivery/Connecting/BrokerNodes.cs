namespace EdgeInspector.Delivery.Connecting;

/// <summary>
/// The brokers of the settings, one or the nodes of a cluster, and which of them is in use. In a round each broker that listens is tried
/// once; the broker that was lost comes last.
/// </summary>
internal sealed class BrokerNodes
{
    private readonly IReadOnlyList<MqttOptions> _all;
    private readonly bool[] _tried;
    private readonly TimeProvider _time;
    private int _at;

    public BrokerNodes(MqttOptions options, TimeProvider time)
    {
        (_all, _time) = (options.Nodes, time);
        _tried = new bool[_all.Count];
    }

    /// <summary>The broker to connect to.</summary>
    public MqttOptions Current => _all[_at];

    /// <summary>How many brokers there are.</summary>
    public int Count => _all.Count;

    /// <summary>
    /// Before the first connection: chooses the first broker that listens, so that a broker that is switched off costs no time.
    /// </summary>
    public async Task Begin(CancellationToken stop)
    {
        if (Count > 1)
            await MoveTo(0, stop).ConfigureAwait(false);
    }

    /// <summary>
    /// Says that the broker in use has served for long enough to be trusted: when that connection ends, a new round begins.
    /// </summary>
    public void HasServed() => Array.Clear(_tried);

    /// <summary>
    /// The broker in use is lost, or refuses the agent: goes on to the next broker that listens and was not tried in this round. False:
    /// there is none; then a new round begins, after a pause.
    /// </summary>
    public async Task<bool> MoveOn(CancellationToken stop)
    {
        _tried[_at] = true;
        if (await MoveTo(_at + 1, stop).ConfigureAwait(false))
            return true;
        Array.Clear(_tried);
        _at = (_at + 1) % Count;
        return false;
    }

    /// <summary>Waits until any broker listens, or for five minutes.</summary>
    /// <param name="pause">Gives the pause before each look.</param>
    /// <param name="stop">Ends the looking.</param>
    public async Task Find(Func<TimeSpan> pause, CancellationToken stop)
    {
        long began = _time.GetTimestamp();
        do
            await Task.Delay(pause(), _time, stop).ConfigureAwait(false);
        while (!await MoveTo(_at, stop).ConfigureAwait(false) && _time.GetElapsedTime(began) < BrokerPresence.Longest);
    }

    private async Task<bool> MoveTo(int first, CancellationToken stop)
    {
        int[] turn = [.. Enumerable.Range(first, Count).Select(index => index % Count).Where(index => !_tried[index])];
        // All brokers at once, since a broker that is switched off does not answer at all.
        bool[] listens = await Task.WhenAll(turn.Select(index => BrokerPresence.Listens(_all[index], _time, stop))).ConfigureAwait(false);
        if (Array.IndexOf(listens, true) is >= 0 and var found)
        {
            _at = turn[found];
            return true;
        }
        return false;
    }
}
