using EdgeInspector.Inference.Sessions;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;

namespace EdgeInspector.Inference.Loading;

/// <summary>The first runs of a generation, on artificial pictures.</summary>
internal static class FirstRuns
{
    private const byte Grey = 128;

    /// <summary>Predicts on a grey picture. Returns why that failed, or null.</summary>
    public static string? WarmUp(OnnxGeneration generation, int runs)
    {
        using var pool = new FramePool(1);
        Frame frame = pool.Rent(1280, 960);
        try
        {
            frame.Writable.Fill(Grey);
            List<Prediction> predictions = [];
            for (int i = 0; i < Math.Max(1, runs); i++)
                generation.Predict(frame, predictions);
            return null;
        }
        catch (PredictionException fault)
        {
            return fault.Message;
        }
        finally
        {
            frame.Release();
        }
    }

    /// <summary>Whether the network gives the same for two different pictures whether they run together or alone.</summary>
    public static bool AreAlikeTogether(PicturePass pass)
    {
        using var pool = new FramePool(2);
        Frame grey = pool.Rent(640, 480), mixed = pool.Rent(640, 480);
        try
        {
            grey.Writable.Fill(Grey);
            for (int i = 0; i < mixed.ByteCount; i++)
                mixed.Writable[i] = (byte)(i * 31 / 97);
            return TogetherCheck.RunsTogetherAsAlone(pass, grey, mixed);
        }
        finally
        {
            grey.Release();
            mixed.Release();
        }
    }
}
