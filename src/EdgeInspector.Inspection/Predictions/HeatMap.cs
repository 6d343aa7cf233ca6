namespace EdgeInspector.Inspection.Predictions;

/// <summary>How conspicuous each place of a frame was to the model: a coarse grid over the whole frame. Immutable.</summary>
/// <param name="Width">Cells in a row, at least 1.</param>
/// <param name="Height">Rows, at least 1.</param>
/// <param name="Values">Row by row from the top left corner; 0: usual, 255: as conspicuous as possible.</param>
public sealed record HeatMap(int Width, int Height, ReadOnlyMemory<byte> Values);
