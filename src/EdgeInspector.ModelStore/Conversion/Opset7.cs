using System.Collections.Frozen;

namespace EdgeInspector.ModelStore.Conversion;

/// <summary>
/// The operators of set 7 that may replace those of an older network, with their attributes
/// (https://github.com/onnx/onnx/blob/main/docs/Changelog.md), and the operators that were experimental until then and that ONNX Runtime
/// still runs. Left out: recurrent operators, control flow, and the few others whose older forms the conversion does not know.
/// </summary>
internal static class Opset7
{
    private const string Table = """
        Abs
        Add
        Affine: alpha beta
        And
        ArgMax: axis keepdims
        ArgMin: axis keepdims
        AveragePool: auto_pad count_include_pad kernel_shape pads strides
        BatchNormalization: epsilon momentum spatial
        Cast: to
        Ceil
        Clip: max min
        Concat: axis
        Constant: value
        Conv: auto_pad dilations group kernel_shape pads strides
        ConvTranspose: auto_pad dilations group kernel_shape output_padding output_shape pads strides
        Crop: border scale
        DepthToSpace: blocksize
        Div
        Dropout: ratio
        Elu: alpha
        Equal
        Exp
        Flatten: axis
        Floor
        Gather: axis
        Gemm: alpha beta transA transB
        GlobalAveragePool
        GlobalMaxPool
        Greater
        HardSigmoid: alpha beta
        Hardmax: axis
        Identity
        ImageScaler: bias scale
        InstanceNormalization: epsilon
        LRN: alpha beta bias size
        LeakyRelu: alpha
        Less
        Log
        LogSoftmax: axis
        LpNormalization: axis p
        MatMul
        Max
        MaxPool: auto_pad kernel_shape pads strides
        MaxRoiPool: pooled_shape spatial_scale
        Mean
        MeanVarianceNormalization: across_channels normalize_variance
        Min
        Mul
        Neg
        Not
        Or
        PRelu
        Pad: mode pads value
        ParametricSoftplus: alpha beta
        Pow
        RandomNormal: dtype mean scale seed shape
        RandomNormalLike: dtype mean scale seed
        RandomUniform: dtype high low seed shape
        RandomUniformLike: dtype high low seed
        Reciprocal
        ReduceL1: axes keepdims
        ReduceL2: axes keepdims
        ReduceLogSum: axes keepdims
        ReduceLogSumExp: axes keepdims
        ReduceMax: axes keepdims
        ReduceMean: axes keepdims
        ReduceMin: axes keepdims
        ReduceProd: axes keepdims
        ReduceSum: axes keepdims
        ReduceSumSquare: axes keepdims
        Relu
        Reshape
        Scale: scale
        ScaledTanh: alpha beta
        Selu: alpha gamma
        Shape
        Sigmoid
        Size
        Slice: axes ends starts
        Softmax: axis
        Softplus
        Softsign
        SpaceToDepth: blocksize
        Split: axis split
        Sqrt
        Squeeze: axes
        Sub
        Sum
        Tanh
        ThresholdedRelu: alpha
        TopK: axis k
        Transpose: perm
        Unsqueeze: axes
        Upsample: mode scales
        Xor
        """;

    /// <summary>The attributes of each operator.</summary>
    public static readonly FrozenDictionary<string, IReadOnlySet<string>> Attributes = Table.Split('\n', StringSplitOptions.TrimEntries)
        .ToFrozenDictionary(
            line => line.Split(':')[0],
            line => (IReadOnlySet<string>)line.Split([':', ' '], StringSplitOptions.RemoveEmptyEntries)
                .Skip(1)
                .ToFrozenSet(StringComparer.Ordinal),
            StringComparer.Ordinal);
}
