using System.Globalization;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Reporting;

namespace EdgeInspector.Benchmarks.Peers;

/// <summary>
/// One classifier on the same frames by every way, in turns of some frames, so that a machine that is slower for a while is so for all.
/// </summary>
internal static class Race
{
    private const int Turn = 20;

    /// <param name="title">The model's name.</param>
    /// <param name="contenders">The first one is the limit, the second one EdgeInspector.</param>
    /// <param name="frames">The frames.</param>
    /// <param name="rounds">Turns of each, after one to warm up.</param>
    public static void Run(string title, IReadOnlyList<IContender> contenders, Frame[] frames, int rounds)
    {
        float[][] expected = [.. frames.Select((frame, i) => contenders[1].Classify(frame, i).Outputs)];
        var results = contenders.Select(contender => new Result(contender)).ToList();
        for (int round = -1; round < rounds; round++)
        {
            foreach (Result result in results)
                result.Take(frames, expected, Turn, isCounted: round >= 0);
        }
        // Outputs that are alike for all frames would agree whatever a contender did.
        float apart = expected.Max(outputs => Distance(outputs, expected[0]));
        Console.WriteLine(
            Text($"{title}, {frames[0].Width}×{frames[0].Height}, {rounds * Turn} frames each; ms from frame to probabilities, ")
            + Text($"which differ by up to {apart:0.000} from frame to frame"));
        Percentiles bare = results[0].Times;
        foreach (Result result in results)
        {
            Percentiles times = result.Times;
            Console.WriteLine(Text($"  {result.Name,-28} p50 {times.P50,7:0.00}  p99 {times.P99,7:0.00}  ")
                + Text($"÷ bare {times.P50 / bare.P50,5:0.00} {times.P99 / bare.P99,5:0.00}  ")
                + Text($"differs by {result.Difference:0.0000} at most, the same tag {result.SameTag:0.0 %}"));
        }
    }

    private static float Distance(float[] one, float[] other) => one.Zip(other, (a, b) => Math.Abs(a - b)).Max();

    private static int Likeliest(float[] outputs) => Array.IndexOf(outputs, outputs.Max());

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed class Result(IContender contender)
    {
        private readonly List<double> _times = [];
        private int _seen;
        private int _same;

        public string Name => contender.Name;

        public float Difference { get; private set; }

        /// <summary>
        /// Share of the frames whose likeliest tag is that of EdgeInspector. Each way has a resize of its own, so the probabilities are not
        /// equal.
        /// </summary>
        public double SameTag => (double)_same / _seen;

        public Percentiles Times => Percentiles.Of(_times);

        public void Take(Frame[] frames, float[][] expected, int count, bool isCounted)
        {
            for (int i = 0; i < count; i++)
            {
                int index = _seen++ % frames.Length;
                (double took, float[] outputs) = contender.Classify(frames[index], index);
                Difference = Math.Max(Difference, Distance(outputs, expected[index]));
                _same += Likeliest(outputs) == Likeliest(expected[index]) ? 1 : 0;
                if (isCounted)
                    _times.Add(took);
            }
        }
    }
}
