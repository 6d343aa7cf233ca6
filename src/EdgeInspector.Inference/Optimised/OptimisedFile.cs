using System.Security.Cryptography;
using System.Text;
using EdgeInspector.Foundation.Files;

namespace EdgeInspector.Inference.Optimised;

/// <summary>
/// One optimised network on disk: three lines of text (what the file is, its <see cref="OptimisedKey"/>, the SHA-256 of what follows) and
/// then the ONNX file.
/// </summary>
internal static class OptimisedFile
{
    /// <summary>The beginning of the names of unfinished files, which are never read.</summary>
    public const string Unfinished = ".new-";

    private const string What = "EdgeInspector optimised network, format 1";
    private const int HashDigits = 64;

    /// <summary>Reads a whole file; the bytes returned are the bytes that were checked.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">The key that the file must have.</param>
    /// <param name="mostBytes">A larger file was not written by this type.</param>
    /// <param name="problem">
    /// Why the file can't be used, as the end of a sentence; null when the file is returned or does not exist.
    /// </param>
    /// <exception cref="IOException">The file can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file can't be read.</exception>
    public static byte[]? Read(string path, string key, long mostBytes, out string? problem)
    {
        try
        {
            return ReadExisting(path, key, mostBytes, out problem);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            // Another process may remove the file at any moment.
            problem = null;
            return null;
        }
    }

    private static byte[]? ReadExisting(string path, string key, long mostBytes, out string? problem)
    {
        problem = null;
        FileFacts.Demand(path);
        byte[] expected = Header(key), header = new byte[expected.Length], hash = new byte[HashDigits + 1], network;
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete))
        {
            long length = file.Length - header.Length - hash.Length;
            if (length is <= 0 || length > mostBytes)
            {
                problem = "its length can't be";
                return null;
            }
            file.ReadExactly(header);
            file.ReadExactly(hash);
            network = new byte[length];
            file.ReadExactly(network);
        }
        if (!header.AsSpan().SequenceEqual(expected))
            problem = "it was made of another network, by another version, or for another processor";
        else if (!hash.AsSpan().SequenceEqual(Hash(network)))
            problem = "it is damaged";
        return problem is null ? network : null;
    }

    /// <summary>Writes a file, or replaces one, so that the file appears whole.</summary>
    /// <exception cref="IOException">The file can't be written; nothing is left.</exception>
    /// <exception cref="UnauthorizedAccessException">The file can't be written.</exception>
    public static void Write(string path, string key, ReadOnlySpan<byte> network)
    {
        using var file = new AtomicFile(path, Durability.PowerCut, Sibling(path));
        file.Content.Write(Header(key));
        file.Content.Write(Hash(network));
        file.Content.Write(network);
        file.Commit();
    }

    /// <summary>A name beside the file that no other process uses.</summary>
    public static string Sibling(string path) => Path.Combine(Path.GetDirectoryName(path)!, Unfinished + Guid.NewGuid().ToString("N"));

    private static byte[] Header(string key) => Encoding.ASCII.GetBytes($"{What}\n{key}\n");

    private static byte[] Hash(ReadOnlySpan<byte> network) =>
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(network)) + "\n");
}
