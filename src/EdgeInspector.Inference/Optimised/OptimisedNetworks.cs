using EdgeInspector.Foundation.Files;
using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;

namespace EdgeInspector.Inference.Optimised;

/// <summary>
/// Networks as ONNX Runtime's CPU provider optimised them for this machine, kept in a folder, one for each package. A file that does not
/// match in everything (the network, ONNX Runtime, the processor, its own check sum) is deleted and made anew; where a file can't be kept,
/// the agent runs without it. Several processes may use a folder at once.
/// </summary>
/// <remarks>
/// The check sum finds damage, not intent: whoever may write to the folder may write a file with a right check sum. So the folder must be
/// one into which the same people could just as well put another package, and must not be used where packages are signed.
/// </remarks>
/// <param name="folder">The folder; made when it is needed.</param>
/// <param name="log">The log.</param>
public sealed partial class OptimisedNetworks(string folder, ILogger log)
{
    // Where constants were computed, an optimised network can be many times larger than the package's file.
    private const long MostBytes = 256L << 20;
    private const long MostBytesTogether = 1L << 30;
    private const int MostFiles = 32;
    private const string Extension = ".optimised";

    /// <summary>The package to which a file in the folder belongs; empty for an unfinished file.</summary>
    /// <param name="path">A file in the folder.</param>
    public static string PackageOf(string path) => Path.GetFileNameWithoutExtension(path);

    /// <summary>
    /// Makes a session for the CPU provider from the kept network, or from the package's network, whose optimised form is then kept.
    /// </summary>
    /// <param name="package">The package.</param>
    /// <param name="network">SHA-256 of the package's network, hexadecimal.</param>
    /// <param name="options">The options of the session; changed in place.</param>
    /// <exception cref="OnnxRuntimeException">The package's network can't be loaded.</exception>
    internal InferenceSession Load(ModelPackage package, string network, SessionOptions options)
    {
        string path = Path.Combine(folder, package.Hash + Extension);
        string key = OptimisedKey.For(package.Hash, network);
        return FromKept(path, key, options) ?? Anew(path, key, package, options);
    }

    private InferenceSession? FromKept(string path, string key, SessionOptions options)
    {
        string? problem;
        GraphOptimizationLevel level = options.GraphOptimizationLevel;
        try
        {
            if (OptimisedFile.Read(path, key, MostBytes, out problem) is { } kept)
            {
                options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
                return new InferenceSession(kept, options);
            }
        }
        catch (Exception fault) when (DiskFault.Is(fault) || fault is OnnxRuntimeException)
        {
            problem = fault.Message;
        }
        finally
        {
            options.GraphOptimizationLevel = level;
        }
        if (problem is not null)
        {
            LogRebuilt(log, path, problem);
            Delete(path);
        }
        return null;
    }

    private InferenceSession Anew(string path, string key, ModelPackage package, SessionOptions options)
    {
        string written = OptimisedFile.Sibling(path);
        if (!CanWrite(written))
            return new InferenceSession(package.Onnx, options);
        try
        {
            options.OptimizedModelFilePath = written;
            var session = new InferenceSession(package.Onnx, options);
            Keep(path, key, written);
            return session;
        }
        catch (OnnxRuntimeException)
        {
            // The disk may have been full. If the network itself is at fault, this second try throws again.
            options.OptimizedModelFilePath = "";
            return new InferenceSession(package.Onnx, options);
        }
        finally
        {
            options.OptimizedModelFilePath = "";
            Delete(written);
        }
    }

    private void Keep(string path, string key, string written)
    {
        try
        {
            if (new FileInfo(written).Length > MostBytes)
                return;
            OptimisedFile.Write(path, key, File.ReadAllBytes(written));
            MakeRoom();
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            LogNotKept(log, folder, fault.Message);
        }
    }

    /// <summary>Deletes the oldest files beyond the limits.</summary>
    private void MakeRoom()
    {
        long together = 0;
        int count = 0;
        foreach (FileInfo file in new DirectoryInfo(folder).GetFiles("*" + Extension).OrderByDescending(file => file.LastWriteTimeUtc))
        {
            together += file.Length;
            if (++count > MostFiles || together > MostBytesTogether)
                Delete(file.FullName);
        }
    }

    private bool CanWrite(string path)
    {
        try
        {
            Directory.CreateDirectory(folder);
            File.Create(path).Dispose();
            return true;
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            LogNotKept(log, folder, fault.Message);
            return false;
        }
    }

    private void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            LogNotKept(log, folder, fault.Message);
        }
    }

    [LoggerMessage(EventId = 302, Level = LogLevel.Information, Message = "The optimised network {File} is made anew: {Problem}")]
    private static partial void LogRebuilt(ILogger log, string file, string problem);

    [LoggerMessage(EventId = 303, Level = LogLevel.Information,
        Message = "Optimised networks can't be kept in {Folder}, so that the next start takes a little longer: {Cause}")]
    private static partial void LogNotKept(ILogger log, string folder, string cause);
}
