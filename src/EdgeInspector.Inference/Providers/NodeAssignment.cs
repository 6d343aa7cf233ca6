using System.Text.Json;
using EdgeInspector.Foundation.Files;
using Microsoft.ML.OnnxRuntime;

namespace EdgeInspector.Inference.Providers;

/// <summary>
/// Which provider really ran how many of a model's nodes, as the session's own profile tells: a provider whose libraries are missing can
/// silently become the CPU (onnxruntime#23372), and nothing else that the session tells is reliable.
/// </summary>
internal sealed class NodeAssignment
{
    private readonly Dictionary<string, HashSet<string>> _nodes = [];

    /// <summary>How many nodes the provider ran.</summary>
    public int Count(string ortName) => _nodes.TryGetValue(ortName, out HashSet<string>? nodes) ? nodes.Count : 0;

    /// <summary>All nodes that ran.</summary>
    public int Total => _nodes.Values.Sum(nodes => nodes.Count);

    /// <inheritdoc />
    public override string ToString() => _nodes.Count == 0
        ? "no node ran"
        : string.Join(", ", _nodes.OrderByDescending(pair => pair.Value.Count).Select(pair => $"{pair.Value.Count} by {pair.Key}"));

    /// <summary>Makes the session write a profile into the temporary folder until <see cref="End"/>.</summary>
    /// <returns>The prefix to hand to <see cref="Discard"/> in the end, whatever happens.</returns>
    public static string Begin(SessionOptions options)
    {
        string prefix = Path.Combine(Path.GetTempPath(), $"edgeinspector-{Guid.NewGuid():N}");
        options.ProfileOutputPathPrefix = prefix;
        options.EnableProfiling = true;
        return prefix;
    }

    /// <summary>Ends the profile and reads it; null with the problem when it cannot be read.</summary>
    public static NodeAssignment? End(InferenceSession session, out string problem)
    {
        problem = "";
        try
        {
            string file = session.EndProfiling();
            var assignment = new NodeAssignment();
            using FileStream stream = File.OpenRead(file);
            using JsonDocument profile = JsonDocument.Parse(stream, new JsonDocumentOptions { AllowTrailingCommas = true });
            foreach (JsonElement entry in profile.RootElement.EnumerateArray())
                assignment.Add(entry);
            return assignment;
        }
        catch (Exception fault) when (DiskFault.Is(fault) || fault is JsonException or OnnxRuntimeException)
        {
            problem = ProviderSetup.FirstLine(fault.Message);
            return null;
        }
    }

    /// <summary>
    /// Deletes the profile of a session, even if the session was never made. Call this after the session was disposed or its profile ended.
    /// </summary>
    public static void Discard(string prefix)
    {
        try
        {
            foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(prefix)!, Path.GetFileName(prefix) + "*"))
                File.Delete(file);
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            // A small file left in the temporary folder is no reason to refuse a model.
        }
    }

    private void Add(JsonElement entry)
    {
        if (!entry.TryGetProperty("cat", out JsonElement category) || category.GetString() != "Node" ||
            !entry.TryGetProperty("args", out JsonElement args) || !args.TryGetProperty("provider", out JsonElement provider))
        {
            return;
        }
        string name = args.TryGetProperty("node_index", out JsonElement index) ? index.ToString() : entry.GetProperty("name").ToString();
        string key = provider.GetString() ?? "";
        if (!_nodes.TryGetValue(key, out HashSet<string>? nodes))
            _nodes[key] = nodes = [];
        nodes.Add(name);
    }
}
