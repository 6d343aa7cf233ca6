using System.Numerics;
using System.Runtime.InteropServices;

namespace EdgeInspector.Inspection.Triggers;

/// <summary>How a region looks, remembered as a sample that follows the light. Not thread-safe; runs on the capture thread.</summary>
/// <param name="brightness">The sample to begin with; copied.</param>
internal sealed class RememberedRegion(ReadOnlySpan<float> brightness)
{
    // Daylight and a lamp that warms up change within minutes, a part arrives within a second or two.
    private static readonly TimeSpan FollowTime = TimeSpan.FromSeconds(10);

    // After a pause of the camera nobody knows what was seen meanwhile.
    private static readonly TimeSpan LongestStep = TimeSpan.FromSeconds(1);

    private readonly float[] _brightness = [.. brightness];

    /// <summary>For how long in all the look was seen.</summary>
    public TimeSpan Seen { get; private set; }

    /// <inheritdoc cref="RegionSampler.Difference"/>
    public float DifferenceTo(ReadOnlySpan<float> sample) => RegionSampler.Difference(_brightness, sample);

    /// <summary>Mixes a sample of the same scene into the look: the longer ago the last sample was, the more the new one counts.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="since">Time since the sample before, whatever that sample showed.</param>
    public void Follow(ReadOnlySpan<float> sample, TimeSpan since)
    {
        Seen += since < LongestStep ? since : LongestStep;
        float share = 1 - MathF.Exp(-(float)(since / FollowTime));
        Span<Vector<float>> looks = MemoryMarshal.Cast<float, Vector<float>>(_brightness.AsSpan());
        ReadOnlySpan<Vector<float>> samples = MemoryMarshal.Cast<float, Vector<float>>(sample);
        for (int i = 0; i < looks.Length; i++)
            looks[i] += share * (samples[i] - looks[i]);
    }

    /// <summary>Replaces the look by the sample.</summary>
    public void Become(ReadOnlySpan<float> sample)
    {
        sample.CopyTo(_brightness);
        Seen = TimeSpan.Zero;
    }
}
