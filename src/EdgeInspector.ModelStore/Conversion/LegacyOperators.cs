namespace EdgeInspector.ModelStore.Conversion;

/// <summary>The two operators that only the exports of spring 2018 have: no version of ONNX Runtime knows them.</summary>
internal static class LegacyOperators
{
    public const string Padding = "LegacyPadding";
    public const string FullyConnected = "FC";

    /// <summary>Whether an operator is one of the two; both occur with and without Microsoft's domain.</summary>
    public static bool IsOne(string domain, string name) =>
        name is Padding or FullyConnected && (domain == "com.microsoft" || ExportAge.IsStandard(domain));
}
