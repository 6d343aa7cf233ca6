using EdgeInspector.Capture;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.References;
using EdgeInspector.SimulatedLine;
using OpenCvSharp;

namespace EdgeInspector.Tests.Evidence;

/// <summary>What 50 good parts of the simulated line look like; learnt once for all tests.</summary>
internal static class SimulatedReference
{
    // A line of which no model was trained, and no test judges a part.
    private const int Seed = 31_001, Parts = 50;

    private static readonly Lazy<Reference> Known = new(Learn);

    /// <summary>The reference.</summary>
    public static Reference Learnt => Known.Value;

    private static Reference Learn()
    {
        using var pool = new FramePool();
        using var renderer = new PartRenderer();
        using var picture = new Mat();
        var line = new PartLine(Seed);
        var seen = new VouchedPictures(new PictureOptions());
        for (long i = 0; seen.Count < Parts; i++)
        {
            SimulatedPart part = line.Part(i);
            if (!part.IsGood)
                continue;
            renderer.Render(part, picture);
            Frame frame = pool.Rent(picture.Width, picture.Height);
            FramePixels.Copy(picture, frame);
            Assert.Null(seen.Add(part.Id, frame));
            frame.Release();
        }
        return seen.Learn(new LearnOrigin("s", null, "camera", "the test", null, DateTimeOffset.UnixEpoch)).Reference!;
    }
}
