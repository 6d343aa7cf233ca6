using System.Text;
using EdgeInspector.ModelStore.Packages;
using EdgeInspector.ModelStore.Tests.Support;

namespace EdgeInspector.ModelStore.Tests.Packages;

public sealed class OnnxFileTests
{
    private static byte[] Field(int number, params byte[][] content)
    {
        byte[] all = [.. content.SelectMany(part => part)];
        return [.. Varint((ulong)number << 3 | 2), .. Varint((ulong)all.Length), .. all];
    }

    private static byte[] Number(int number, ulong value) => [.. Varint((ulong)number << 3), .. Varint(value)];

    private static byte[] Text(int number, string text) => Field(number, Encoding.UTF8.GetBytes(text));

    private static IEnumerable<byte> Varint(ulong value)
    {
        while (value >= 0x80)
        {
            yield return (byte)(value | 0x80);
            value >>= 7;
        }
        yield return (byte)value;
    }

    private static byte[] Model(params byte[][] graph) => [.. Number(1, 8), .. Field(7, graph)];

    private static byte[] External(string location) =>
        [.. Text(8, "weights"), .. Number(14, 1), .. Field(13, Text(1, "location"), Text(2, location))];

    private static string? Complaint(byte[] file) => OnnxFile.Complaint(file, "model.onnx");

    [Fact]
    public void A_network_in_another_format_behind_the_look_of_an_ONNX_file_is_refused()
    {
        // A version, a producer called ORTM, and a graph: whole as ONNX, but ONNX Runtime would read it as its own format.
        byte[] file = [.. Number(1, 8), .. Text(2, "ORTM"), .. Field(7)];
        Assert.Equal("ORTM"u8, file.AsSpan(4, 4));
        Assert.Contains("ONNX Runtime's own format", Complaint(file), StringComparison.Ordinal);
        Assert.Null(Complaint([.. Number(1, 8), .. Text(2, "tests ORTM"), .. Field(7)]));
    }

    [Fact]
    public void Real_networks_are_let_through()
    {
        foreach (string file in Directory.EnumerateFiles(AppContext.BaseDirectory, "*.onnx", SearchOption.AllDirectories))
            Assert.Null(OnnxFile.Complaint(File.ReadAllBytes(file), file));
        Assert.NotEmpty(Directory.EnumerateFiles(StoreBench.Classifier, "*.onnx"));
    }

    [Theory]
    [InlineData("weights.bin", "'weights.bin'")]
    [InlineData("../../etc/passwd", "outside its folder")]
    [InlineData("/etc/passwd", "outside its folder")]
    [InlineData("C:\\keys", "outside its folder")]
    public void Weights_in_another_file_are_refused_wherever_they_hide(string location, string words)
    {
        Assert.Contains(words, Complaint(Model(Field(5, External(location)))), StringComparison.Ordinal);
        // As an attribute's tensor, in a graph within a node, in a sparse tensor, in a function.
        byte[] node = Field(1, Text(4, "Constant"), Field(5, Field(5, External(location))));
        Assert.Contains(words, Complaint(Model(node)), StringComparison.Ordinal);
        Assert.Contains(words, Complaint(Model(Field(1, Text(4, "If"), Field(5, Field(6, node))))), StringComparison.Ordinal);
        Assert.Contains(words, Complaint(Model(Field(15, Field(1, External(location))))), StringComparison.Ordinal);
        Assert.Contains(
            words,
            Complaint([.. Model(), .. Field(25, Field(7, Text(4, "Constant"), Field(5, Field(5, External(location)))))]),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Operators_of_a_foreign_library_are_refused_and_those_of_its_own_functions_are_not()
    {
        byte[] node = Field(1, Text(4, "Steal"), Text(7, "evil.ops"));
        Assert.Contains("evil.ops.Steal", Complaint(Model(node)), StringComparison.Ordinal);
        Assert.Null(Complaint([.. Model(node), .. Field(25, Text(1, "Steal"), Text(10, "evil.ops"))]));
        Assert.Null(Complaint(Model(Field(1, Text(4, "Conv"), Text(7, "com.microsoft")))));
    }

    [Fact]
    public void What_was_compiled_for_an_accelerator_is_refused_because_nobody_can_look_into_it() =>
        Assert.Contains("EPContext", Complaint(Model(Field(1, Text(4, "EPContext"), Text(7, "com.microsoft")))), StringComparison.Ordinal);

    [Fact]
    public void Graphs_without_end_are_refused()
    {
        byte[] graph = Field(1, Text(4, "Conv"));
        for (int i = 0; i < 100; i++)
            graph = Field(1, Text(4, "If"), Field(5, Field(6, graph)));
        Assert.Contains("deep", Complaint(Model(graph)), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_network_is_said_so()
    {
        Assert.Contains("no ONNX file", Complaint("PK\x03\x04 a zip"u8.ToArray()), StringComparison.Ordinal);
        Assert.Contains("no ONNX file", Complaint(Text(2, "somebody")), StringComparison.Ordinal);
        byte[] half = File.ReadAllBytes(Path.Combine(StoreBench.Classifier, "model.onnx"))[..100_000];
        Assert.Contains("truncated", Complaint(half), StringComparison.Ordinal);
    }
}
