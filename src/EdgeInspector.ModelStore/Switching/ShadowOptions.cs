using System.ComponentModel.DataAnnotations;

namespace EdgeInspector.ModelStore.Switching;

/// <summary>How a candidate runs beside the active model, on the same parts, without a say.</summary>
public sealed record ShadowOptions
{
    /// <summary>True: every package that comes by inbox, file or sync runs in the shadow first. False: only when asked for.</summary>
    public bool First { get; init; }

    /// <summary>The run ends after so many parts that the candidate has judged.</summary>
    [Range(1, 1_000_000)]
    public int Parts { get; init; } = 200;

    /// <summary>It ends after this time at the latest.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan Duration { get; init; } = TimeSpan.FromHours(8);

    /// <summary>Share of one processor core that the candidate may take; parts beyond it are left out.</summary>
    [Range(0.01, 1.0)]
    public double CpuShare { get; init; } = 0.25;

    /// <summary>
    /// The candidate becomes active by itself when its share of other verdicts stays at or below this; null: only by hand.
    /// </summary>
    [Range(0.0, 1.0)]
    public double? ActivateBelow { get; init; }

    /// <summary>Pictures of disagreements that are kept with the report.</summary>
    [Range(0, 10_000)]
    public int MostPictures { get; init; } = 100;
}
