using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using EdgeInspector.Inference.Tiling;

namespace EdgeInspector.Inference.Preprocessing;

/// <summary>
/// From a crop of the frame to the tensor <c>[3,H,W]</c> in one pass: bilinear, to whole grey levels, then pixel × scale + offset for each
/// channel. Gives, to the grey level, what OpenCV's linear resize of 8-bit pictures and <see cref="TensorFill"/> give, in a fraction of the
/// time: no picture between the two is kept in memory, and the next rows are fetched ahead.
/// </summary>
/// <remarks>
/// The arithmetic is OpenCV's (modules/imgproc/src/resize.cpp): weights in 2048ths, four bits dropped between the two directions. For each
/// column of the tensor the table holds where its two neighbours begin and their weights, so that this is computed only once for each
/// geometry.
/// </remarks>
internal sealed unsafe class BilinearFill
{
    // Columns that are computed together.
    private const int Block = 8;

    private const int CacheLine = 64;
    private const float One = 2048;

    // Six bytes of two neighbours become (B, B'), (G, G'), (R, R') in 16 bits each; the last two bytes of eight are the next pixel's.
    private static readonly Vector256<byte> Neighbours = Twice(0, 255, 3, 255, 1, 255, 4, 255, 2, 255, 5, 255, 255, 255, 255, 255);

    // B G R . of two pixels become B B G G R R . . of the two.
    private static readonly Vector256<byte> ByChannel = Twice(0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15);

    // The network's picture, and the part of it that shows the frame.
    private readonly int _inputWidth;
    private readonly int _inputHeight;
    private readonly Tile _filled;
    private readonly int[] _columns;
    private readonly short[] _across;
    private readonly Row[] _rows;

    /// <param name="geometry">Which crop is brought to which size; <see cref="CanDo"/> is true of it.</param>
    public BilinearFill(in InputGeometry geometry)
    {
        (_inputWidth, _inputHeight, _filled) = (geometry.InputWidth, geometry.InputHeight, geometry.Filled);
        ScaledWindow window = geometry.Window ?? new ScaledWindow(_inputWidth, _inputHeight, 0, 0);
        _columns = new int[_filled.Width];
        _across = new short[_filled.Width * 8];
        _rows = new Row[_filled.Height];
        for (int x = 0; x < _columns.Length; x++)
        {
            (int column, float weight) = Neighbour(window.Left + _filled.Left + x, window.Width, geometry.CropWidth);
            if (column < 0)
                (column, weight) = (0, 0);
            else if (column >= geometry.CropWidth - 1)
                (column, weight) = (geometry.CropWidth - 1, 0);
            _columns[x] = column * 3;
            short near = Weight(1 - weight), far = Weight(weight);
            Span<short> weights = [near, far, near, far, near, far, 0, 0];
            weights.CopyTo(_across.AsSpan(x * 8));
        }
        int last = geometry.CropHeight - 1;
        for (int y = 0; y < _rows.Length; y++)
        {
            (int row, float weight) = Neighbour(window.Top + _filled.Top + y, window.Height, geometry.CropHeight);
            _rows[y] = new Row(Math.Clamp(row, 0, last), Math.Clamp(row + 1, 0, last), Weight(1 - weight), Weight(weight));
        }
    }

    /// <summary>True when this processor and this geometry allow it.</summary>
    public static bool CanDo(in InputGeometry geometry) => Avx2.IsSupported && geometry.Filled.Width >= Block;

    /// <summary>Fills the tensor.</summary>
    /// <param name="crop">The crop's first pixel in the frame, of which <see cref="Inspection.Frames.Frame.SlackBytes"/> after the last
    /// pixel may be read.</param>
    /// <param name="stride">Bytes from one row of the frame to the next.</param>
    /// <param name="table">Scales, offsets and the order of the channels.</param>
    /// <param name="tensor">3 × height × width elements.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(byte* crop, int stride, PixelTable table, float* tensor)
    {
        nint plane = (nint)_inputWidth * _inputHeight, first = ((nint)_filled.Top * _inputWidth) + _filled.Left;
        if (_filled.Width != _inputWidth || _filled.Height != _inputHeight)
            Pad(table, tensor, (int)plane);
        (int blue, int red) = table.BlueFirst ? (0, 2) : (2, 0);
        float* toBlue = tensor + blue * plane + first, toGreen = tensor + plane + first, toRed = tensor + red * plane + first;
        Vector256<float> blueScale = Vector256.Create(table.Scale[blue]), blueOffset = Vector256.Create(table.Offset[blue]);
        Vector256<float> greenScale = Vector256.Create(table.Scale[1]), greenOffset = Vector256.Create(table.Offset[1]);
        Vector256<float> redScale = Vector256.Create(table.Scale[red]), redOffset = Vector256.Create(table.Offset[red]);
        fixed (int* columns = _columns)
        fixed (short* across = _across)
        {
            for (int y = 0; y < _filled.Height; y++)
            {
                Row row = _rows[y], next = _rows[Math.Min(y + 1, _filled.Height - 1)];
                byte* above = crop + (nint)row.Above * stride, below = crop + (nint)row.Below * stride;
                byte* nextAbove = crop + (nint)next.Above * stride, nextBelow = crop + (nint)next.Below * stride;
                Vector256<short> near = Vector256.Create(row.Near), far = Vector256.Create(row.Far);
                for (int x = 0; x < _filled.Width; x += Block)
                {
                    // The last block overlaps the one before, so that no columns remain.
                    x = Math.Min(x, _filled.Width - Block);
                    FetchAhead(nextAbove, nextBelow, columns[x], columns[x + Block - 1]);
                    FourPixels(
                        above, below, near, far, columns + x, across + x * 8, out Vector128<short> blueGreen, out Vector128<short> reds);
                    FourPixels(
                        above, below, near, far, columns + x + 4, across + x * 8 + 32, out Vector128<short> blueGreen4,
                        out Vector128<short> reds4);
                    Store(Sse2.UnpackLow(blueGreen.AsInt64(), blueGreen4.AsInt64()).AsInt16(), blueScale, blueOffset, toBlue + x);
                    Store(Sse2.UnpackHigh(blueGreen.AsInt64(), blueGreen4.AsInt64()).AsInt16(), greenScale, greenOffset, toGreen + x);
                    Store(Sse2.UnpackLow(reds.AsInt64(), reds4.AsInt64()).AsInt16(), redScale, redOffset, toRed + x);
                }
                toBlue += _inputWidth;
                toGreen += _inputWidth;
                toRed += _inputWidth;
            }
        }
    }

    /// <summary>Fills the padding around the part that shows the frame.</summary>
    private void Pad(PixelTable table, float* tensor, int plane)
    {
        int right = _filled.Left + _filled.Width, bottom = _filled.Top + _filled.Height;
        for (int channel = 0; channel < 3; channel++)
        {
            float value = table.Singles[(256 * channel) + FrameTensor.Padding];
            var picture = new Span<float>(tensor + ((nint)channel * plane), plane);
            picture[..(_filled.Top * _inputWidth)].Fill(value);
            picture[(bottom * _inputWidth)..].Fill(value);
            for (int y = _filled.Top; y < bottom; y++)
            {
                Span<float> row = picture.Slice(y * _inputWidth, _inputWidth);
                row[.._filled.Left].Fill(value);
                row[right..].Fill(value);
            }
        }
    }

    /// <summary>
    /// Grey levels of four pixels: the blue ones and the green ones in one vector, the red ones in the lower half of another.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourPixels(
        byte* above,
        byte* below,
        Vector256<short> near,
        Vector256<short> far,
        int* columns,
        short* across,
        out Vector128<short> blueGreen,
        out Vector128<short> red)
    {
        Vector256<short> upper = Avx2.PackSignedSaturate(Across(above, columns, across), Across(above, columns + 2, across + 16));
        Vector256<short> lower = Avx2.PackSignedSaturate(Across(below, columns, across), Across(below, columns + 2, across + 16));
        Vector256<short> down = (Avx2.MultiplyHigh(upper, near) + Avx2.MultiplyHigh(lower, far) + Vector256.Create((short)2)) >> 2;
        // Pixels 0 and 2 are in the lower half, 1 and 3 in the upper one.
        Vector256<short> sorted = Avx2.Shuffle(down.AsByte(), ByChannel).AsInt16();
        blueGreen = Sse2.UnpackLow(sorted.GetLower(), sorted.GetUpper());
        red = Sse2.UnpackHigh(sorted.GetLower(), sorted.GetUpper());
    }

    /// <summary>Two new pixels, each computed from its two neighbours in a row: B, G, R and nothing, times 128.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Across(byte* row, int* columns, short* across)
    {
        Vector256<byte> pixels = Vector256.Create(
            Vector128.CreateScalarUnsafe(*(ulong*)(row + columns[0])), Vector128.CreateScalarUnsafe(*(ulong*)(row + columns[1]))).AsByte();
        return Avx2.MultiplyAddAdjacent(Avx2.Shuffle(pixels, Neighbours).AsInt16(), Vector256.Load(across)) >> 4;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector128<short> levels, Vector256<float> scale, Vector256<float> offset, float* to) =>
        (Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(levels)) * scale + offset).Store(to);

    // The processor itself fetches ahead within a row, but does not know which rows come next, since some rows are left out.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FetchAhead(byte* above, byte* below, int from, int to)
    {
        for (int i = from; i <= to; i += CacheLine)
        {
            Sse.Prefetch0(above + i);
            Sse.Prefetch0(below + i);
        }
    }

    /// <summary>
    /// The first of the two pixels between which a new pixel lies, also beyond the first or last pixel, and the weight of the second, 0..1.
    /// </summary>
    private static (int First, float Weight) Neighbour(int at, int size, int cropSize)
    {
        float place = (float)((at + 0.5) * (1 / ((double)size / cropSize)) - 0.5);
        int first = (int)MathF.Floor(place);
        return (first, place - first);
    }

    private static short Weight(float share) => (short)MathF.Round(share * One);

    private static Vector256<byte> Twice(params ReadOnlySpan<byte> places) =>
        Vector256.Create(Vector128.Create(places), Vector128.Create(places));

    /// <summary>The two rows of the crop between which a row of the tensor lies, and their weights in 2048ths.</summary>
    private readonly record struct Row(int Above, int Below, short Near, short Far);
}
