using EdgeInspector.Inspection.Predictions;

namespace EdgeInspector.Inference.Decoding;

/// <summary>One of the pictures that a network was run on at once.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Count">How many there were.</param>
/// <param name="Width">Width of the network's input, pixels.</param>
/// <param name="Height">Height of the network's input, pixels.</param>
internal readonly record struct PictureOfRun(int Index, int Count, int Width, int Height)
{
    /// <summary>The picture's own part of an output that holds the pictures one after the other.</summary>
    /// <exception cref="PredictionException">The output can't be divided among the pictures.</exception>
    public ReadOnlySpan<float> Of(ReadOnlySpan<float> values, string output)
    {
        if (values.Length % Count != 0)
            throw new PredictionException(
                $"The model's output '{output}' has {values.Length} numbers, which are not the same number for each of {Count} pictures.");
        int each = values.Length / Count;
        return values.Slice(Index * each, each);
    }
}
