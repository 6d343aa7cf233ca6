using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace EdgeInspector.Settings.Reference;

/// <summary>The summaries of types, properties and enum members, from the documentation files that lie beside the program.</summary>
internal sealed partial class SummaryTexts
{
    private readonly Dictionary<Assembly, Dictionary<string, XElement>> _files = [];

    /// <summary>What a type is for, as one line of Markdown; empty when it has no summary.</summary>
    public string Of(Type type) => Text(type.Assembly, $"T:{NameOf(type)}");

    /// <summary>What a property or an enum member is for.</summary>
    public string Of(MemberInfo member) =>
        Text(member.DeclaringType!.Assembly, $"{(member is FieldInfo ? 'F' : 'P')}:{NameOf(member.DeclaringType!)}.{member.Name}");

    private string Text(Assembly assembly, string name)
    {
        if (!_files.TryGetValue(assembly, out Dictionary<string, XElement>? members))
            _files[assembly] = members = Read(assembly);
        return members.TryGetValue(name, out XElement? member) && member.Element("summary") is { } summary
            ? Blanks().Replace(string.Concat(summary.Nodes().Select(Words)), " ").Trim()
            : "";
    }

    private static Dictionary<string, XElement> Read(Assembly assembly)
    {
        string file = Path.Combine(AppContext.BaseDirectory, $"{assembly.GetName().Name}.xml");
        return File.Exists(file)
            ? XDocument.Load(file).Descendants("member").ToDictionary(member => (string)member.Attribute("name")!)
            : throw new RefusedException(
                $"The file {file}, from which the descriptions come, is missing. Install the program again, completely.");
    }

    private static string Words(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" or "paramref" } link => $"`{Target(link).Split('.', ':')[^1]}`",
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement other => string.Concat(other.Nodes().Select(Words)),
        _ => "",
    };

    private static string Target(XElement link) =>
        ((string?)link.Attribute("cref") ?? (string?)link.Attribute("langword") ?? (string?)link.Attribute("name"))!;

    private static string NameOf(Type type) => type.FullName!.Replace('+', '.');

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
