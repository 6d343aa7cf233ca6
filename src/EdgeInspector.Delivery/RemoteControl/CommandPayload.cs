using System.Buffers;
using System.Text.Json;
using EdgeInspector.Foundation.Text;
using EdgeInspector.Inspection.References;
using EdgeInspector.Inspection.Rules;

namespace EdgeInspector.Delivery.RemoteControl;

/// <summary>
/// Reads a command: JSON such as <c>{"package":"…","by":"…","why":"…","force":false}</c>, every field optional except the one that the
/// command needs; for <c>activate</c> also the package as plain text. Trusts nothing.
/// </summary>
internal static class CommandPayload
{
    /// <summary>The largest payload that is looked at, in bytes.</summary>
    public const int MostBytes = 4096;

    private const int MostCharacters = 256;

    /// <summary>Gives the command, or says what is wrong with it.</summary>
    public static RemoteCommand? Read(string name, in ReadOnlySequence<byte> payload, out string wrong)
    {
        wrong = "";
        if (!RemoteCommand.Names.Contains(name))
            return Wrong($"There is no command '{name}'; there are {string.Join(", ", RemoteCommand.Names)}.", out wrong);
        if (payload.Length > MostBytes)
            return Wrong($"The command has {payload.Length} bytes; at most {MostBytes} are read.", out wrong);
        byte[] bytes = payload.ToArray();
        ReadOnlySpan<byte> text = bytes.AsSpan().Trim(" \t\r\n"u8);
        RemoteCommand? command = text.Length > 0 && text[0] == (byte)'{' ? FromJson(name, bytes, out wrong)
            : text.Length > 0 ? FromText(name, text, out wrong)
            : name == "threshold" ? Wrong(Form(name), out wrong)
            : new RemoteCommand(name, null, null, null, false);
        if (command is { Name: "activate", Package: null })
            return Wrong("The command names no package. Write {\"package\":\"hash, name or iteration\"}.", out wrong);
        bool isAnonymous = command is { Name: "endstorm" or "learn" } && string.IsNullOrWhiteSpace(command.By);
        if (isAnonymous || (command is { Name: "endstorm" } && string.IsNullOrWhiteSpace(command.Why)))
            return Wrong(Form(name), out wrong);
        return command is { Stop: true, Parts: not null } or { Stop: true, Type: not null }
            ? Wrong($"{Form(name)} 'stop' goes with neither 'parts' nor 'type'.", out wrong)
            : command;
    }

    private static string Form(string name) => "The command is not JSON of the form " + name switch
    {
        "threshold" => "{\"tag\":\"…\",\"threshold\":0.5,\"by\":\"…\",\"why\":\"…\"}, "
            + "the tag being optional and the threshold from 0 to 1, or null for the one of the settings.",
        "challenge" =>
            "{\"part\":\"…\",\"known\":\"bad\",\"by\":\"…\",\"why\":\"…\"}, the part being optional: "
            + "without it the next part is meant; known is bad or good.",
        "endstorm" => "{\"by\":\"…\",\"why\":\"…\"}, both of them: whoever ends a storm of rejects has looked.",
        "learn" =>
            "{\"parts\":50,\"type\":\"…\",\"by\":\"…\",\"why\":\"…\"}, "
            + $"all but by being optional and the parts from {Reference.FewestParts} to {Reference.MostParts}, "
            + "or {\"stop\":true,\"by\":\"…\",\"why\":\"…\"}, which calls it off: whoever vouches for the parts is named.",
        "pause" or "resume" => "{\"by\":\"…\",\"why\":\"…\"}.",
        _ => "{\"package\":\"…\",\"by\":\"…\",\"why\":\"…\",\"force\":false}.",
    };

    private static RemoteCommand? FromText(string name, ReadOnlySpan<byte> text, out string wrong)
    {
        if (name is not ("activate" or "rollback"))
            return Wrong(Form(name), out wrong);
        if (!System.Text.Unicode.Utf8.IsValid(text))
            return Wrong("The command is not UTF-8.", out wrong);
        return Check(new RemoteCommand(name, System.Text.Encoding.UTF8.GetString(text), null, null, false), out wrong);
    }

    private static RemoteCommand? FromJson(string name, byte[] bytes, out string wrong)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(
                bytes, new JsonDocumentOptions { MaxDepth = 4, AllowDuplicateProperties = false });
            var command = new RemoteCommand(name, null, null, null, false);
            bool namesThreshold = false;
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (With(command, property, out wrong) is not { } with)
                    return null;
                command = with;
                namesThreshold |= property.Name == "threshold";
            }
            return name == "threshold" && !namesThreshold ? Wrong(Form(name), out wrong) : Check(command, out wrong);
        }
        catch (JsonException fault) when (fault.Message.StartsWith("Duplicate property", StringComparison.Ordinal))
        {
            return Wrong($"{Form(name)} It names a field twice.", out wrong);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Wrong(Form(name), out wrong);
        }
    }

    /// <summary>The command with one more field; null when it has no such field, or when the field can't have such a value.</summary>
    private static RemoteCommand? With(RemoteCommand command, JsonProperty property, out string wrong)
    {
        JsonElement value = property.Value;
        wrong = "";
        switch (property.Name)
        {
            case "by" or "why":
            case "tag" when command.Name == "threshold":
            case "part" when command.Name == "challenge":
            case "type" when command.Name == "learn":
            case "package" when IsOfModels(command):
                return value.ValueKind is JsonValueKind.String or JsonValueKind.Null
                    ? WithText(command, property.Name, value.GetString())
                    : Wrong($"'{property.Name}' is {Shown(value)}; a text belongs there, in quotation marks, or null.", out wrong);
            case "known" when command.Name == "challenge":
                return value.ValueKind == JsonValueKind.String && value.GetString() is "bad" or "good"
                    ? command with { Known = value.GetString() }
                    : Wrong($"'known' is {Shown(value)}; \"bad\" or \"good\" belongs there.", out wrong);
            case "force" when IsOfModels(command):
                return value.ValueKind is JsonValueKind.True or JsonValueKind.False
                    ? command with { Force = value.GetBoolean() }
                    : Wrong($"'force' is {Shown(value)}; true or false belongs there.", out wrong);
            case "stop" when command.Name == "learn":
                return value.ValueKind is JsonValueKind.True or JsonValueKind.False
                    ? command with { Stop = value.GetBoolean() }
                    : Wrong($"'stop' is {Shown(value)}; true or false belongs there.", out wrong);
            case "threshold" when command.Name == "threshold":
                return WithThreshold(command, value, out wrong);
            case "parts" when command.Name == "learn":
                return WithParts(command, value, out wrong);
            default:
                // A misspelt name must not silently mean something else.
                return Wrong($"{Form(command.Name)} It has '{PrintableText.Of(property.Name, 64)}'.", out wrong);
        }
    }

    private static bool IsOfModels(RemoteCommand command) => command.Name is "activate" or "rollback";

    private static RemoteCommand WithText(RemoteCommand command, string field, string? text) => field switch
    {
        "by" => command with { By = text },
        "why" => command with { Why = text },
        "tag" => command with { Tag = text },
        "part" => command with { Part = text },
        "type" => command with { Type = text },
        _ => command with { Package = text },
    };

    private static RemoteCommand? WithThreshold(RemoteCommand command, JsonElement value, out string wrong)
    {
        wrong = "";
        if (value.ValueKind == JsonValueKind.Null)
            return command with { Threshold = null };
        const string Allowed = "a number from 0 to 1 belongs there, or null for the one of the settings.";
        if (value.ValueKind != JsonValueKind.Number)
        {
            string quoted = value.ValueKind == JsonValueKind.String ? " Leave out the quotation marks." : "";
            return Wrong($"'threshold' is {Shown(value)}; {Allowed}{quoted}", out wrong);
        }
        double threshold = value.GetDouble();
        return threshold is >= 0 and <= 1
            ? command with { Threshold = threshold }
            : Wrong($"'threshold' is {Shown(value)}; {Allowed}{Percentage.Hint(threshold)}", out wrong);
    }

    private static RemoteCommand? WithParts(RemoteCommand command, JsonElement value, out string wrong)
    {
        wrong = "";
        if (value.ValueKind == JsonValueKind.Null)
            return command with { Parts = null };
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int parts)
            && parts is >= Reference.FewestParts and <= Reference.MostParts
            ? command with { Parts = parts }
            : Wrong(
                $"'parts' is {Shown(value)}; a whole number from {Reference.FewestParts} to {Reference.MostParts} belongs there.",
                out wrong);
    }

    private static string Shown(JsonElement value) => PrintableText.Of(value.GetRawText(), 40);

    private static RemoteCommand? Check(RemoteCommand command, out string wrong)
    {
        wrong = "";
        foreach (string text in new[]
        {
            command.Package, command.Tag, command.Part, command.Type, command.By, command.Why,
        }.OfType<string>())
        {
            if (text.Length > MostCharacters || text.Any(char.IsControl))
                return Wrong($"A text of the command is longer than {MostCharacters} characters or has control characters.", out wrong);
        }
        if (command.Type is { } type && ReferenceFormat.TypeFault(type.Trim()) is { } noType)
            return Wrong($"'type' can't be used: {noType}.", out wrong);
        return command with
        {
            Type = command.Type?.Trim(),
            Package = string.IsNullOrWhiteSpace(command.Package) ? null : command.Package.Trim(),
            Part = string.IsNullOrWhiteSpace(command.Part) ? null : command.Part.Trim(),
        };
    }

    private static RemoteCommand? Wrong(string sentence, out string wrong)
    {
        wrong = sentence;
        return null;
    }
}
