namespace EdgeInspector.Web.Console.Live;

/// <summary>What the pages show of the line while it runs.</summary>
internal sealed class LiveLine : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private readonly ITimer _forgetting;

    /// <param name="agent">What the agent gives.</param>
    public LiveLine(HttpScope agent)
    {
        Stations = [.. agent.Stations.Select(station => new LiveStation(station, agent.Time))];
        _forgetting = agent.Time.CreateTimer(_ => Forget(), null, Every, Every);
    }

    /// <summary>The stations, in the order of the settings.</summary>
    public IReadOnlyList<LiveStation> Stations { get; }

    public void Dispose()
    {
        _forgetting.Dispose();
        foreach (LiveStation station in Stations)
            station.Dispose();
    }

    // Pictures of a station at which nobody looks any more are the line's memory.
    private void Forget()
    {
        foreach (LiveStation station in Stations)
            station.ForgetOld();
    }
}
