using System.Text;

namespace EdgeInspector.Foundation.Secrets;

/// <summary>
/// A password or key that lies in a file of its own: the first line, UTF-8. Read whenever it is needed, so that it can be changed at any
/// time.
/// </summary>
public static class SecretFile
{
    private const int MostBytes = 64 * 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The file's first line without its end; blanks are part of the secret.</summary>
    /// <param name="file">The file; at most 64 KiB.</param>
    /// <param name="setting">The setting that named it, for messages.</param>
    /// <exception cref="SecretFileException">There is no such file, it can't be read, or it holds no secret.</exception>
    public static string Read(string file, string setting)
    {
        string path = Path.GetFullPath(file);
        try
        {
            if (Directory.Exists(path))
                throw new SecretFileException($"{setting}: {path} is a folder. Name the file in it that holds the secret.");
            string text = Strict.GetString(Bytes(path, setting)).TrimStart('\uFEFF');
            string line = text.Split('\n', 2)[0].TrimEnd('\r');
            return line.Length > 0
                ? line
                : throw new SecretFileException($"{setting}: the first line of {path} is empty. Write the secret there.");
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SecretFileException($"{setting}: there is no file {path}.", fault);
        }
        catch (Exception fault) when (fault is UnauthorizedAccessException)
        {
            throw new SecretFileException(
                $"{setting}: the agent may not read {path}. Make the file that of the agent's user, {Environment.UserName}.", fault);
        }
        catch (IOException fault)
        {
            throw new SecretFileException($"{setting}: {path} can't be read: {fault.Message}", fault);
        }
        catch (DecoderFallbackException fault)
        {
            throw new SecretFileException($"{setting}: {path} is no text in UTF-8. Is it the right file?", fault);
        }
    }

    private static byte[] Bytes(string path, string setting)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        byte[] bytes = new byte[MostBytes + 1];
        int count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return count <= MostBytes
            ? bytes[..count]
            : throw new SecretFileException($"{setting}: {path} has more than 64 KiB; no secret is so long. Is it the right file?");
    }
}

/// <summary>
/// A file with a secret can't be used; the message says which, why, and how to mend it, and holds nothing of its content.
/// </summary>
public sealed class SecretFileException(string message, Exception? inner = null) : Exception(message, inner);
