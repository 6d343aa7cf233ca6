using EdgeInspector.Foundation.Text;
using Serilog.Core;
using Serilog.Events;

namespace EdgeInspector.Logging;

/// <summary>
/// Makes names and values of a log event printable, at any depth, for every sink. Line breaks stay, since a stack trace has them; the
/// console, where an event is one line, removes line breaks itself.
/// </summary>
internal sealed class PrintableValues : ILogEventEnricher
{
    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory) => Apply(logEvent, PrintableText.Lines);

    /// <summary>Puts every text of the event's properties through a function.</summary>
    internal static void Apply(LogEvent logEvent, Func<string, string> clean)
    {
        List<KeyValuePair<string, LogEventPropertyValue>>? changed = null;
        foreach (KeyValuePair<string, LogEventPropertyValue> property in logEvent.Properties)
        {
            if (!ReferenceEquals(Clean(property.Value, clean), property.Value) || clean(property.Key) != property.Key)
                (changed ??= []).Add(property);
        }
        foreach ((string name, LogEventPropertyValue value) in changed ?? [])
        {
            logEvent.RemovePropertyIfPresent(name);
            logEvent.AddOrUpdateProperty(new LogEventProperty(clean(name), Clean(value, clean)));
        }
    }

    /// <summary>Returns the value itself where nothing in it changes.</summary>
    private static LogEventPropertyValue Clean(LogEventPropertyValue value, Func<string, string> clean) => value switch
    {
        ScalarValue { Value: string text } => clean(text) is var better && better == text ? value : new ScalarValue(better),
        ScalarValue { Value: null or bool or char or IConvertible and not string or DateTimeOffset or TimeSpan or Guid } scalar
            => scalar.Value is char one && clean(one.ToString()) is var better && better != one.ToString()
                ? new ScalarValue(better)
                : value,
        // An address, an exception, or another object that becomes text when it is written.
        ScalarValue scalar =>
            scalar.Value!.ToString() is { } text && clean(text) is var better && better != text ? new ScalarValue(better) : value,
        SequenceValue sequence => sequence.Elements.All(element => ReferenceEquals(Clean(element, clean), element))
            ? value
            : new SequenceValue(sequence.Elements.Select(element => Clean(element, clean))),
        StructureValue structure =>
            structure.Properties.All(one => ReferenceEquals(Clean(one.Value, clean), one.Value) && clean(one.Name) == one.Name)
                ? value
                : new StructureValue(
                    structure.Properties.Select(one => new LogEventProperty(clean(one.Name), Clean(one.Value, clean))),
                    structure.TypeTag is null ? null : clean(structure.TypeTag)),
        DictionaryValue dictionary => dictionary.Elements.All(
            one => ReferenceEquals(Clean(one.Key, clean), one.Key) && ReferenceEquals(Clean(one.Value, clean), one.Value))
            ? value
            : new DictionaryValue(dictionary.Elements.Select(
                one => KeyValuePair.Create(Clean(one.Key, clean) as ScalarValue ?? one.Key, Clean(one.Value, clean)))),
        _ => value,
    };
}
