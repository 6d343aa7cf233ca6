using System.Runtime.CompilerServices;

namespace EdgeInspector.Inference.Preprocessing;

/// <summary>The one pass from interleaved 8-bit BGR pixels to the tensor.</summary>
internal static unsafe class TensorFill
{
    /// <summary>Writes <c>[3,H,W]</c>.</summary>
    /// <param name="pixels">B, G, R for each of <paramref name="count"/> pixels.</param>
    /// <param name="count">Height × width.</param>
    /// <param name="table">Three tables of 256 values in the tensor's channel order.</param>
    /// <param name="blueFirst">True when the tensor's first channel is blue.</param>
    /// <param name="tensor">3 × <paramref name="count"/> elements.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Planar<T>(byte* pixels, int count, T* table, bool blueFirst, T* tensor) where T : unmanaged
    {
        T* blue = table + (blueFirst ? 0 : 512), green = table + 256, red = table + (blueFirst ? 512 : 0);
        T* toBlue = tensor + (blueFirst ? 0 : 2 * (nint)count), toGreen = tensor + count, toRed = tensor + (blueFirst ? 2 * (nint)count : 0);
        for (int i = 0; i < count; i++, pixels += 3)
        {
            toBlue[i] = blue[pixels[0]];
            toGreen[i] = green[pixels[1]];
            toRed[i] = red[pixels[2]];
        }
    }

    /// <summary>Writes <c>[H,W,3]</c>; parameters as for <see cref="Planar"/>.</summary>
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
}
