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
            AddMembers(file, settings, "", document.RootElement);
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
            // Thrown for text that is no Unicode, which the parser only looks at when the text is used.
            throw new SettingsFileException($"The settings file '{file}' holds text that is not valid UTF-8; save it as UTF-8.");
        }
    }

    private static void AddMembers(string file, LayeredSettings settings, string prefix, JsonElement block)
    {
        foreach (JsonProperty member in block.EnumerateObject())
        {
            // So that editors can offer completion.
            if (prefix.Length == 0 && member.Name == "$schema")
                continue;
            if (member.Name.Length == 0)
                throw new SettingsFileException(
                    $"The settings file '{file}' has a setting without a name{(prefix.Length == 0 ? "" : $" in {prefix[..^1]}")}.");
            Add(file, settings, prefix + LayeredSettings.Escape(member.Name), member.Value);
        }
    }

    private static void Add(string file, LayeredSettings settings, string path, JsonElement value)
    {
        string? text = value.ValueKind switch
        {
            JsonValueKind.Object => LayeredSettings.Block,
            JsonValueKind.Array => LayeredSettings.List,
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Null => null,
            _ => value.GetRawText(),
        };
        if (!settings.Add(path, text))
            throw new SettingsFileException(
                $"The settings file '{file}' has {path} twice (the case of letters does not count); remove one.");
        if (value.ValueKind == JsonValueKind.Object)
        {
            AddMembers(file, settings, path + ":", value);
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            int index = 0;
            foreach (JsonElement element in value.EnumerateArray())
                Add(file, settings, $"{path}:{index++}", element);
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
