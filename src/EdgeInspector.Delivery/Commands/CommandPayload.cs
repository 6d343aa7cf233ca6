using System.Buffers;
using System.Text.Json;

namespace EdgeInspector.Delivery.Commands;

/// <summary>
/// Reads a command: JSON <c>{"package":"…","by":"…","why":"…","force":false}</c>, every field optional, or for <c>activate</c> the package as plain text. Trusts
/// nothing.
/// </summary>
internal static class CommandPayload
{
    /// <summary>The largest payload that is looked at, in bytes.</summary>
    public const int MostBytes = 4096;

    private const int MostCharacters = 256;

    /// <summary>Gives the command, or says what is wrong with it.</summary>
    public static StationCommand? Read(string name, in ReadOnlySequence<byte> payload, out string wrong)
    {
        wrong = "";
        if (!StationCommand.Names.Contains(name))
            return Wrong($"There is no command '{name}'; there are {string.Join(", ", StationCommand.Names)}.", out wrong);
        if (payload.Length > MostBytes)
            return Wrong($"The command has {payload.Length} bytes; at most {MostBytes} are read.", out wrong);
        byte[] bytes = payload.ToArray();
        ReadOnlySpan<byte> text = bytes.AsSpan().Trim(" \t\r\n"u8);
        StationCommand? command = text.Length == 0 ? new StationCommand(name, null, null, null, false)
            : text[0] == (byte)'{' ? FromJson(name, bytes, out wrong)
            : FromText(name, text, out wrong);
        if (command is { Name: "activate", Package: null })
            return Wrong("The command names no package. Write {\"package\":\"hash, name or iteration\"}.", out wrong);
        return command;
    }

    private static StationCommand? FromText(string name, ReadOnlySpan<byte> text, out string wrong)
    {
        if (!System.Text.Unicode.Utf8.IsValid(text))
            return Wrong("The command is not UTF-8.", out wrong);
        return Check(new StationCommand(name, System.Text.Encoding.UTF8.GetString(text), null, null, false), out wrong);
    }

    private static StationCommand? FromJson(string name, byte[] bytes, out string wrong)
    {
        const string Form = "The command is not JSON of the form {\"package\":\"…\",\"by\":\"…\",\"why\":\"…\",\"force\":false}.";
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 4 });
            string? package = null, by = null, why = null;
            bool force = false;
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                switch (property.Name)
                {
                    case "package" or "by" or "why" when property.Value.ValueKind is JsonValueKind.String or JsonValueKind.Null:
                        string? value = property.Value.GetString();
                        (package, by, why) = property.Name switch
                        {
                            "package" => (value, by, why),
                            "by" => (package, value, why),
                            _ => (package, by, value),
                        };
                        break;
                    case "force" when property.Value.ValueKind is JsonValueKind.True or JsonValueKind.False:
                        force = property.Value.GetBoolean();
                        break;
                    default:
                        // A misspelt word must not silently mean something else.
                        return Wrong($"{Form} It has '{property.Name}'.", out wrong);
                }
            }
            return Check(new StationCommand(name, package, by, why, force), out wrong);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Wrong(Form, out wrong);
        }
    }

    private static StationCommand? Check(StationCommand command, out string wrong)
    {
        wrong = "";
        foreach (string text in new[] { command.Package, command.By, command.Why }.OfType<string>())
        {
            if (text.Length > MostCharacters || text.Any(char.IsControl))
                return Wrong($"A text of the command is longer than {MostCharacters} characters or has control characters.", out wrong);
        }
        return command with { Package = string.IsNullOrWhiteSpace(command.Package) ? null : command.Package.Trim() };
    }

    private static StationCommand? Wrong(string sentence, out string wrong)
    {
        wrong = sentence;
        return null;
    }
}
