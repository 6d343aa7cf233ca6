using EdgeInspector.Inspection.Predictions;

namespace EdgeInspector.Inference.Decoding;

/// <summary>A box by its corners, as shares of the picture; may reach beyond 0..1 until it is clipped.</summary>
internal readonly record struct Corners(float Left, float Top, float Right, float Bottom)
{
    /// <summary>Intersection over union; 0 when the boxes do not overlap or are not finite.</summary>
    public float Overlap(in Corners other)
    {
        float width = MathF.Min(Right, other.Right) - MathF.Max(Left, other.Left);
        float height = MathF.Min(Bottom, other.Bottom) - MathF.Max(Top, other.Top);
        if (!(width > 0 && height > 0))
            return 0;
        float both = width * height;
        float overlap = both / (Area + other.Area - both);
        return float.IsFinite(overlap) ? overlap : 0;
    }

    /// <summary>The corners of a box.</summary>
    public static Corners Of(in BoundingBox box) => new(box.Left, box.Top, box.Left + box.Width, box.Top + box.Height);

    /// <summary>Clips to the picture; false when nothing is left.</summary>
    public bool TryClip(out BoundingBox box) => TryClip(new Corners(0, 0, 1, 1), out box);

    /// <summary>Clips to a part of the picture; false when nothing is left.</summary>
    public bool TryClip(in Corners part, out BoundingBox box)
    {
        float left = Math.Clamp(Left, part.Left, part.Right), top = Math.Clamp(Top, part.Top, part.Bottom);
        box = new BoundingBox(left, top, Math.Clamp(Right, part.Left, part.Right) - left, Math.Clamp(Bottom, part.Top, part.Bottom) - top);
        return box is { Width: > 0, Height: > 0 };
    }

    private float Area => (Right - Left) * (Bottom - Top);
}
