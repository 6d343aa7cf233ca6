using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EdgeInspector.Inference.Preprocessing;

/// <summary>The one pass from interleaved 8-bit BGR pixels to the tensor.</summary>
internal static unsafe class TensorFill
{
    private const int Step = 16;

    // Where 16 blue, green and red bytes lie in three vectors of 16 interleaved bytes; 255 selects no byte.
    private static readonly Vector128<byte>[] Blue = Takers(0), Green = Takers(1), Red = Takers(2);

    /// <summary>Writes <c>[3,H,W]</c> as float32: pixel × scale + offset for each channel.</summary>
    /// <param name="pixels">B, G, R for each of <paramref name="count"/> pixels.</param>
    /// <param name="count">Height × width.</param>
    /// <param name="table">The scales and offsets, and the values for the pixels that do not fill a vector.</param>
    /// <param name="tensor">3 × <paramref name="count"/> elements.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Planar(byte* pixels, int count, PixelTable table, float* tensor)
    {
        (int blue, int red) = table.BlueFirst ? (0, 2) : (2, 0);
        float* toBlue = tensor + blue * (nint)count, toGreen = tensor + count, toRed = tensor + red * (nint)count;
        Vector256<float> blueScale = Vector256.Create(table.Scale[blue]), blueOffset = Vector256.Create(table.Offset[blue]);
        Vector256<float> greenScale = Vector256.Create(table.Scale[1]), greenOffset = Vector256.Create(table.Offset[1]);
        Vector256<float> redScale = Vector256.Create(table.Scale[red]), redOffset = Vector256.Create(table.Offset[red]);
        Vector128<byte> b0 = Blue[0], b1 = Blue[1], b2 = Blue[2], g0 = Green[0], g1 = Green[1], g2 = Green[2], r0 = Red[0], r1 = Red[1],
            r2 = Red[2];
        int i = 0;
        for (; i <= count - Step; i += Step)
        {
            byte* from = pixels + (nint)i * 3;
            Vector128<byte> first = Vector128.Load(from), second = Vector128.Load(from + 16), third = Vector128.Load(from + 32);
            Store(
                Vector128.Shuffle(first, b0) | Vector128.Shuffle(second, b1) | Vector128.Shuffle(third, b2),
                blueScale,
                blueOffset,
                toBlue + i);
            Store(
                Vector128.Shuffle(first, g0) | Vector128.Shuffle(second, g1) | Vector128.Shuffle(third, g2),
                greenScale,
                greenOffset,
                toGreen + i);
            Store(
                Vector128.Shuffle(first, r0) | Vector128.Shuffle(second, r1) | Vector128.Shuffle(third, r2),
                redScale,
                redOffset,
                toRed + i);
        }
        for (; i < count; i++)
        {
            byte* from = pixels + (nint)i * 3;
            toBlue[i] = table.Singles[256 * blue + from[0]];
            toGreen[i] = table.Singles[256 + from[1]];
            toRed[i] = table.Singles[256 * red + from[2]];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector128<byte> bytes, Vector256<float> scale, Vector256<float> offset, float* to)
    {
        (Vector256<uint> low, Vector256<uint> high) = Vector256.Widen(Vector256.WidenLower(bytes.ToVector256Unsafe()));
        (Vector256.ConvertToSingle(low.AsInt32()) * scale + offset).Store(to);
        (Vector256.ConvertToSingle(high.AsInt32()) * scale + offset).Store(to + 8);
    }

    private static Vector128<byte>[] Takers(int channel)
    {
        Span<byte> places = stackalloc byte[48];
        places.Fill(255);
        for (int pixel = 0; pixel < Step; pixel++)
        {
            int at = pixel * 3 + channel;
            places[at / 16 * 16 + pixel] = (byte)(at % 16);
        }
        return [Vector128.Create(places[..16]), Vector128.Create(places[16..32]), Vector128.Create(places[32..])];
    }

    /// <summary>Writes <c>[3,H,W]</c> by table, for element types other than float32.</summary>
    /// <param name="pixels">B, G, R for each of <paramref name="count"/> pixels.</param>
    /// <param name="count">Height × width.</param>
    /// <param name="table">Three tables of 256 values in the tensor's channel order.</param>
    /// <param name="blueFirst">True when the tensor's first channel is blue.</param>
    /// <param name="tensor">3 × <paramref name="count"/> elements.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Planar<T>(byte* pixels, int count, T* table, bool blueFirst, T* tensor) where T : unmanaged
    {
        T* blue = table + (blueFirst ? 0 : 512), green = table + 256, red = table + (blueFirst ? 512 : 0);
        T* toBlue = tensor + (blueFirst ? 0 : 2 * (nint)count), toGreen = tensor + count,
            toRed = tensor + (blueFirst ? 2 * (nint)count : 0);
        for (int i = 0; i < count; i++, pixels += 3)
        {
            toBlue[i] = blue[pixels[0]];
            toGreen[i] = green[pixels[1]];
            toRed[i] = red[pixels[2]];
        }
    }

    /// <summary>Writes <c>[H,W,3]</c> by table.</summary>
    /// <param name="pixels">B, G, R for each of <paramref name="count"/> pixels.</param>
    /// <param name="count">Height × width.</param>
    /// <param name="table">Three tables of 256 values in the tensor's channel order.</param>
    /// <param name="blueFirst">True when the tensor's first channel is blue.</param>
    /// <param name="tensor">3 × <paramref name="count"/> elements.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Interleaved<T>(byte* pixels, int count, T* table, bool blueFirst, T* tensor) where T : unmanaged
    {
        (int first, int third) = blueFirst ? (0, 2) : (2, 0);
        for (int i = 0; i < count; i++, pixels += 3, tensor += 3)
        {
            tensor[0] = table[pixels[first]];
            tensor[1] = table[256 + pixels[1]];
            tensor[2] = table[512 + pixels[third]];
        }
    }

    /// <summary>Writes one channel by table.</summary>
    /// <param name="pixels">One byte for each of <paramref name="count"/> pixels.</param>
    /// <param name="count">Height × width.</param>
    /// <param name="table">256 values.</param>
    /// <param name="tensor"><paramref name="count"/> elements.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Grey<T>(byte* pixels, int count, T* table, T* tensor) where T : unmanaged
    {
        for (int i = 0; i < count; i++)
            tensor[i] = table[pixels[i]];
    }
}
