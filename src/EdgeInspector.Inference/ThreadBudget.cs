namespace EdgeInspector.Inference;

/// <summary>Divides the processor among stations that predict at the same time, so that their threads do not wait for each other.</summary>
public static class ThreadBudget
{
    // More threads seldom help with one picture of a compact model.
    private const int Most = 8;

    /// <summary>Threads for one prediction of each station.</summary>
    /// <param name="processors">Logical processors of the machine, at least 1.</param>
    /// <param name="stations">Stations of the agent, at least 1.</param>
    /// <returns>
    /// 1..8: an equal share of the machine's processors; a large machine keeps one processor for cameras and delivery. One station alone is
    /// fastest with all processors of a small machine; several stations inspect more parts a second with fewer threads each.
    /// </returns>
    public static int PerStation(int processors, int stations) =>
        Math.Clamp((processors > 2 ? processors - 1 : processors) / stations, 1, Most);
}
