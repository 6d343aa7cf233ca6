using EdgeInspector.ModelStore.Packages;
using Google.Protobuf;
using Onnx;

namespace EdgeInspector.ModelStore.Conversion;

/// <summary>
/// Makes old networks ready for ONNX Runtime, which promises to run operator set 7 and newer: the first exports of Custom Vision (spring
/// 2018, operator set 1 with <c>LegacyPadding</c> and <c>FC</c>), its flavour ONNX10 (operator set 6, the output <c>loss</c> typed as one
/// map), and any other network in operator sets 1 to 6.
/// </summary>
/// <remarks>
/// The target is operator set 7: each later set would change operators again (Dropout, BatchNormalization) without need, since <c>pads</c>
/// can express the padding at the end that <c>ceil_mode</c> (set 10) stands for; see <see cref="LegacyPooling"/>. The same bytes give the
/// same network. A network of set 7 or newer without one of these marks is left as it is.
/// </remarks>
internal static class OldExport
{
    internal const int Target = 7;

    /// <summary>Converts an old network.</summary>
    /// <param name="onnx">A file in which <see cref="OnnxFile.Complaint"/> found nothing.</param>
    /// <param name="name">The network's name, for messages.</param>
    /// <returns>The network that runs in place of the old one; null: the old one runs unchanged.</returns>
    /// <exception cref="PackageRefusedException">The network is old and can't be converted.</exception>
    public static ConvertedNetwork? Convert(byte[] onnx, string name)
    {
        try
        {
            var age = ExportAge.Of(onnx);
            if (!age.IsOld)
                return null;
            ExportBounds.Check(onnx);
            ModelProto model = ModelProto.Parser.ParseFrom(onnx);
            string what = Convert(model, age);
            return new ConvertedNetwork(model.ToByteArray(), what);
        }
        catch (ConversionException fault)
        {
            throw new PackageRefusedException(
                $"{name} is an old network that cannot be converted to what ONNX Runtime runs: {fault.Message}. "
                + "Export the iteration again, which gives a newer format today; or train it again.",
                fault);
        }
        catch (Exception fault) when (fault is InvalidProtocolBufferException or InvalidDataException or ArgumentException)
        {
            throw new PackageRefusedException(
                $"{name} is an old network that is truncated or damaged ({fault.Message.TrimEnd('.')}). Copy or export the package again.",
                fault);
        }
    }

    private static string Convert(ModelProto model, ExportAge age)
    {
        var graph = new OldGraph(model.Graph);
        if (age.OperatorSet < Target)
            graph.Note($"operator set {age.OperatorSet} to {Target}");
        graph.Rewrite(age.OperatorSet < Target ? OldOperators.Mend : OldOperators.MendLegacyOnly);
        MapOutputs.Mend(graph);
        // Shapes of values between the nodes are only remarks, and some of them are no longer true.
        model.Graph.ValueInfo.Clear();
        SetOperatorSet(model, Math.Max(age.OperatorSet, Target));
        return graph.Told();
    }

    private static void SetOperatorSet(ModelProto model, long version)
    {
        OperatorSetIdProto[] others = [.. model.OpsetImport.Where(set => !ExportAge.IsStandard(set.Domain))];
        model.OpsetImport.Clear();
        model.OpsetImport.Add(new OperatorSetIdProto { Version = version });
        model.OpsetImport.Add(others);
        // Operator sets are named from this version of the file format on.
        model.IrVersion = Math.Max(model.IrVersion, 3);
    }
}

/// <summary>The network that runs in place of an old one.</summary>
/// <param name="Onnx">An ONNX file.</param>
/// <param name="What">What was changed, for people; no sentence.</param>
internal sealed record ConvertedNetwork(byte[] Onnx, string What);

/// <summary>An old network has a part without a counterpart; the message is a part of a sentence, without its end.</summary>
internal sealed class ConversionException(string message) : Exception(message);
