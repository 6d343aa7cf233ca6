namespace EdgeInspector.Capture.Cameras;

/// <summary>The settings of one kind of camera. The members have no default, so that a new kind of camera can't forget one.</summary>
public interface ICameraBlock
{
    /// <summary>How long opening may take before the wait for the first picture begins.</summary>
    TimeSpan OpenAllowance { get; }

    /// <summary>How many bits the values of 16-bit pictures use, 9 to 16; null where the settings don't say.</summary>
    int? BitDepth { get; }
}
