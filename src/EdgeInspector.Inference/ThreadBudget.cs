namespace EdgeInspector.Inference;

/// <summary>Divides the processor among stations that predict at the same time, so that their threads do not wait for each other.</summary>
public static class ThreadBudget
{
    // More seldom help one picture of a compact model.
    private const int Most = 8;

    /// <summary>Threads for one prediction of each station.</summary>
    /// <param name="processors">Logical processors of the machine, at least 1.</param>
    /// <param name="stations">Stations of the agent, at least 1.</param>
    /// <returns>
    /// 1..8: an equal share of the machine, of which a large one keeps a processor for cameras and delivery.
    /// One station alone is fastest with all of a small machine; several reach more parts a second with fewer threads each.
    /// </returns>
    public static int PerStation(int processors, int stations) =>
        Math.Clamp((processors > 2 ? processors - 1 : processors) / stations, 1, Most);
}
