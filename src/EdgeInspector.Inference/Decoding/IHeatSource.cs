namespace EdgeInspector.Inference.Decoding;

/// <summary>A decoder that also knows how conspicuous each place of the picture is.</summary>
internal interface IHeatSource
{
    /// <summary>
    /// The heat of the picture decoded last: values 0..1, row by row; empty when that picture has no map. Valid until the next call of the
    /// decoder.
    /// </summary>
    /// <param name="width">Cells in a row.</param>
    /// <param name="height">Rows.</param>
    ReadOnlySpan<float> LastHeat(out int width, out int height);
}
