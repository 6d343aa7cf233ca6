using EdgeInspector.Inference.Tiling;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using Microsoft.ML.OnnxRuntime;

namespace EdgeInspector.Inference.Sessions;

/// <summary>Finds out whether several pictures may run at once.</summary>
internal static class TogetherCheck
{
    /// <summary>
    /// Whether the network says the same of two pictures when they run at once as when each runs alone; inside, a graph may be fixed to one
    /// picture although its input is not. If the network does not, only one picture runs at a time from now on.
    /// </summary>
    public static bool RunsTogetherAsAlone(PicturePass pass, Frame first, Frame second)
    {
        List<Prediction>[] together = [[], []], alone = [[], []];
        try
        {
            pass.Fill(first, FramePlace.Whole(first), 0);
            pass.Fill(second, FramePlace.Whole(second), 1);
            IReadOnlyList<OrtValue> outputs = pass.Run(2);
            using (outputs as IDisposable)
            {
                pass.DecodeBare(outputs, 0, 2, together[0]);
                pass.DecodeBare(outputs, 1, 2, together[1]);
            }
            foreach ((int i, Frame frame) in new[] { first, second }.Index())
            {
                pass.Fill(frame, FramePlace.Whole(frame), 0);
                outputs = pass.Run(1);
                using (outputs as IDisposable)
                    pass.DecodeBare(outputs, 0, 1, alone[i]);
            }
        }
        catch (Exception fault) when (fault is OnnxRuntimeException or PredictionException)
        {
            pass.RunOneByOne();
            return false;
        }
        if (together.Zip(alone).All(pair => AreSame(pair.First, pair.Second)))
            return true;
        pass.RunOneByOne();
        return false;
    }

    /// <summary>
    /// Runs each number of pictures once, because a graphics card prepares itself for each number, and had better do so before parts wait.
    /// </summary>
    public static void TryEachNumber(PicturePass pass)
    {
        try
        {
            for (int pictures = 2; pictures <= pass.Most; pictures++)
                (pass.Run(pictures) as IDisposable)?.Dispose();
        }
        catch (OnnxRuntimeException)
        {
            // The card has too little memory.
            pass.RunOneByOne();
        }
    }

    private static bool AreSame(List<Prediction> some, List<Prediction> others) =>
        some.Count == others.Count && some.Zip(others).All(same => IsSame(same.First, same.Second));

    private static bool IsSame(in Prediction one, in Prediction other) =>
        one.TagName == other.TagName && MathF.Abs(one.Probability - other.Probability) < 1e-3f;
}
