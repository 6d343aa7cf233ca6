using System.Security.Cryptography;

namespace EdgeInspector.Capture.Cameras.Folders;

/// <summary>Tells the content of one file from that of another: the first half of its SHA-256.</summary>
internal readonly record struct ContentHash(UInt128 Value)
{
    /// <summary>The hash of a file that was never read.</summary>
    public static ContentHash Unknown => default;

    public static ContentHash Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return new ContentHash(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash));
    }
}
