using System.Text;
using EdgeInspector.ModelStore.Packages;

namespace EdgeInspector.ModelStore.Conversion;

/// <summary>
/// Whether a network is of an old kind, judged by its operator sets, the names of its operators and the types of its outputs; builds no
/// objects for that.
/// </summary>
/// <param name="OperatorSet">Version of the standard operators; 1 where none is named, as the format says.</param>
/// <param name="IsOld">Whether the network has to be converted.</param>
internal readonly record struct ExportAge(long OperatorSet, bool IsOld)
{
    // ModelProto, OperatorSetIdProto
    private const int ModelGraph = 7, ModelOpset = 8, OpsetDomain = 1, OpsetVersion = 2;

    // GraphProto, NodeProto
    private const int GraphNode = 1, GraphOutput = 12, NodeOperator = 4, NodeDomain = 7;

    // ValueInfoProto, TypeProto
    private const int ValueType = 2, TypeMap = 5;

    /// <summary>Whether a domain is the one of the standard operators, which has two spellings.</summary>
    public static bool IsStandard(string domain) => domain is "" or "ai.onnx";

    /// <exception cref="InvalidDataException">The file breaks off.</exception>
    public static ExportAge Of(ReadOnlySpan<byte> file)
    {
        long version = 0;
        bool usesStandard = false, usesLegacy = false, hasMap = false;
        var model = new WireReader(file);
        while (model.Next(out int field, out ReadOnlySpan<byte> content))
        {
            if (field == ModelOpset)
                version = Math.Max(version, Version(content));
            else if (field == ModelGraph)
                Search(content, ref usesStandard, ref usesLegacy, ref hasMap);
        }
        bool isOld = (usesStandard && version < OldExport.Target) || usesLegacy || hasMap;
        return new ExportAge(Math.Max(version, 1), isOld);
    }

    private static long Version(ReadOnlySpan<byte> opset)
    {
        long version = 0;
        bool isStandard = true;
        var reader = new WireReader(opset);
        while (reader.Next(out int field, out ReadOnlySpan<byte> content, out ulong number))
        {
            if (field == OpsetVersion)
                version = unchecked((long)number);
            else if (field == OpsetDomain)
                isStandard = content.Length == 0 || content.SequenceEqual("ai.onnx"u8);
        }
        return isStandard ? version : 0;
    }

    private static void Search(ReadOnlySpan<byte> graph, ref bool usesStandard, ref bool usesLegacy, ref bool hasMap)
    {
        var reader = new WireReader(graph);
        while (reader.Next(out int field, out ReadOnlySpan<byte> content))
        {
            if (field == GraphNode)
            {
                (string domain, string name) = Operator(content);
                usesStandard |= IsStandard(domain);
                usesLegacy |= LegacyOperators.IsOne(domain, name);
            }
            else if (field == GraphOutput)
            {
                hasMap |= IsMap(content);
            }
        }
    }

    private static (string Domain, string Name) Operator(ReadOnlySpan<byte> node)
    {
        const int Most = 64;
        string domain = "", name = "";
        var reader = new WireReader(node);
        while (reader.Next(out int field, out ReadOnlySpan<byte> content))
        {
            if (field == NodeDomain)
                domain = Encoding.UTF8.GetString(content[..Math.Min(content.Length, Most)]);
            else if (field == NodeOperator)
                name = Encoding.UTF8.GetString(content[..Math.Min(content.Length, Most)]);
        }
        return (domain, name);
    }

    private static bool IsMap(ReadOnlySpan<byte> value)
    {
        bool isMap = false;
        var reader = new WireReader(value);
        while (reader.Next(out int field, out ReadOnlySpan<byte> content))
        {
            if (field != ValueType)
                continue;
            var type = new WireReader(content);
            while (type.Next(out int kind, out _))
                isMap |= kind == TypeMap;
        }
        return isMap;
    }
}
