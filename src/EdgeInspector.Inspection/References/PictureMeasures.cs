namespace EdgeInspector.Inspection.References;

/// <summary>What a part's picture measures against the reference of its station.</summary>
/// <param name="Brightness">Mean brightness, as a share of full brightness.</param>
/// <param name="Contrast">Standard deviation of the brightness, as a share of full brightness.</param>
/// <param name="Sharpness">In grey levels, 0 or more.</param>
/// <param name="Place">Where the part lies.</param>
/// <param name="Different">The share of the picture that looks other than good parts do, 0..1.</param>
public readonly record struct PictureMeasures(double Brightness, double Contrast, double Sharpness, PartPlace Place, double Different);
