using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Inspection.References;

/// <summary>The picture of a part that somebody vouches for, as far as a reference needs it.</summary>
/// <param name="Part">The part's id, or the file.</param>
/// <param name="Sums">Sums over the cells of the finest grid.</param>
/// <param name="Brightness">Mean brightness, as a share of full brightness.</param>
/// <param name="Contrast">Standard deviation of the brightness, as a share of full brightness.</param>
/// <param name="Sharpness">In grey levels.</param>
/// <param name="Verdict">What the model said of the part; null: the model was not asked.</param>
internal sealed record SeenPart(string Part, int[] Sums, double Brightness, double Contrast, double Sharpness, VerdictKind? Verdict = null);
