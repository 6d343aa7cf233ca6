using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeInspector.Foundation.Files;

namespace EdgeInspector.Settings;

/// <summary>Reads the settings file.</summary>
internal static class SettingsJson
{
    private const int LongestFile = 4 * 1024 * 1024;

    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <exception cref="SettingsFileException">The file cannot be opened, is too long, or is no JSON.</exception>
    public static LayeredSettings Read(string file)
    {
        try
        {
            long length = new FileInfo(file).Length;
            if (length > LongestFile)
                throw new SettingsFileException(
                    $"The settings file '{file}' has {length:N0} bytes; more than {LongestFile:N0} cannot be settings.");
            return Parse(file, File.ReadAllBytes(file));
        }
        catch (Exception fault) when (DiskFault.Is(fault) || fault is NotSupportedException or ArgumentException)
        {
            throw new SettingsFileException($"The settings file '{file}' cannot be read: {fault.Message}");
        }
    }

    /// <summary>Reads a file's content; <paramref name="file"/> only names it in errors.</summary>
    public static LayeredSettings Parse(string file, ReadOnlyMemory<byte> content)
    {
        if (content.Span.StartsWith(Encoding.UTF8.Preamble))
            content = content[Encoding.UTF8.Preamble.Length..];
        try
        {
            using var document = JsonDocument.Parse(content, Lenient);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new SettingsFileException($"The settings file '{file}' must hold one JSON object, {{ … }}, but begins otherwise.");
            var settings = new LayeredSettings();
            AddMembers(file, settings, settings.Root, document.RootElement);
            return settings;
        }
        catch (JsonException fault)
        {
            long line = (fault.LineNumber ?? 0) + 1;
            int column = ColumnOf(content.Span, line, fault.BytePositionInLine ?? 0);
            throw new SettingsFileException(
                $"The settings file '{file}' is not valid JSON at line {line}, column {column}: {Cause(fault)}");
        }
        catch (InvalidOperationException)
        {
            // The text has bytes that are not Unicode, which the parser notices only when the text is used.
            throw new SettingsFileException($"The settings file '{file}' holds text that is not valid UTF-8; save it as UTF-8.");
        }
    }

    private static void AddMembers(string file, LayeredSettings settings, SettingsNode block, JsonElement members)
    {
        foreach (JsonProperty member in members.EnumerateObject())
        {
            // Allowed so that editors can offer completion.
            if (block == settings.Root && member.Name == "$schema")
                continue;
            if (member.Name.Length == 0)
                throw new SettingsFileException(
                    $"The settings file '{file}' has a setting without a name{(block == settings.Root ? "" : $" in {block.Path}")}.");
            Add(file, settings, block, member.Name, member.Value);
        }
    }

    private static void Add(string file, LayeredSettings settings, SettingsNode parent, string name, JsonElement value)
    {
        (SettingsShape shape, string? text) = value.ValueKind switch
        {
            JsonValueKind.Object => (SettingsShape.Block, (string?)null),
            JsonValueKind.Array => (SettingsShape.List, null),
            JsonValueKind.String => (SettingsShape.Single, value.GetString()),
            JsonValueKind.Null => (SettingsShape.Null, null),
            _ => (SettingsShape.Single, value.GetRawText()),
        };
        if (parent[name] is not null)
            throw new SettingsFileException(
                $"The settings file '{file}' has {SettingsNode.Join(parent.Path, name)} twice "
                + "(the case of letters does not count); remove one.");
        SettingsNode node = settings.Add(parent, name);
        node.Set(shape, text, SettingsOrigin.File);
        if (shape == SettingsShape.Block)
        {
            AddMembers(file, settings, node, value);
        }
        else if (shape == SettingsShape.List)
        {
            int index = 0;
            foreach (JsonElement element in value.EnumerateArray())
                Add(file, settings, node, (index++).ToString(CultureInfo.InvariantCulture), element);
        }
    }

    /// <summary>The parser counts bytes; people and editors count letters.</summary>
    private static int ColumnOf(ReadOnlySpan<byte> content, long line, long bytes)
    {
        for (; line > 1; line--)
            content = content[(content.IndexOf((byte)'\n') + 1)..];
        return Encoding.UTF8.GetCharCount(content[..(int)Math.Min(bytes, content.Length)]) + 1;
    }

    private static string Cause(JsonException fault)
    {
        int end = fault.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? fault.Message : fault.Message[..end];
    }
}
