using EdgeInspector.Inference.Sessions;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using Microsoft.ML.OnnxRuntime;

namespace EdgeInspector.Inference.Tiling;

/// <summary>Predicts on a frame tile by tile, several at once where the network takes them. One caller at a time.</summary>
internal sealed class TiledPrediction(TileGrid grid, PicturePass pass)
{
    private readonly TileMerge _merge = new();
    private readonly List<Prediction> _ofTile = new(64);

    /// <summary>How many tiles a frame has.</summary>
    public int CountOf(int frameWidth, int frameHeight) => grid.For(frameWidth, frameHeight).Length;

    /// <summary>Predicts on all tiles; the predictions of a classifier's tile follow each other and have the tile as their box.</summary>
    /// <exception cref="OnnxRuntimeException">The network could not be run.</exception>
    public PredictionTiming Predict(Frame frame, List<Prediction> predictions, long? deadline)
    {
        ReadOnlySpan<Tile> tiles = grid.For(frame.Width, frame.Height);
        TimeProvider time = TimeProvider.System;
        PredictionTiming total = default;
        _merge.Clear();
        for (int from = 0; from < tiles.Length;)
        {
            long start = time.GetTimestamp();
            int count = pass.FillTogether(frame, tiles[from..]);
            TimeSpan preprocess = time.GetElapsedTime(start);
            IReadOnlyList<OrtValue> outputs;
            try
            {
                outputs = pass.Run(count, deadline);
            }
            catch (OnnxRuntimeException) when (count > 1)
            {
                // The tiles that can't run together may run one by one; so do all later tiles.
                pass.RunOneByOne();
                continue;
            }
            long ran = time.GetTimestamp();
            // Outputs of a single run come as a collection that frees them; outputs that are kept come as an array.
            using (outputs as IDisposable)
            {
                for (int i = 0; i < count; i++)
                {
                    _ofTile.Clear();
                    pass.Decode(outputs, i, count, frame, _ofTile);
                    Take(FramePlace.Share(tiles[from + i], frame), predictions);
                }
            }
            total = new PredictionTiming(total.Preprocess + preprocess, total.Run + pass.Took, total.Decode + time.GetElapsedTime(ran));
            from += count;
        }
        if (pass.IsDetector)
            _merge.WriteTo(predictions);
        return total;
    }

    /// <summary>Takes in the predictions of one tile.</summary>
    private void Take(in BoundingBox where, List<Prediction> predictions)
    {
        if (pass.IsDetector)
        {
            _merge.Add(where, _ofTile);
            return;
        }
        // The predictions of a classifier's tile stay together: the rules decide which tile counts.
        _ofTile.Sort(OnnxGeneration.HighestFirst);
        foreach (Prediction prediction in _ofTile)
            predictions.Add(prediction with { BoundingBox = where });
    }
}
