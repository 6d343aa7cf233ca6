namespace EdgeInspector.Web.Users;

/// <summary>What somebody may do in the console; each role may what the roles before it may.</summary>
public enum Role
{
    /// <summary>Look at everything but the log of who did what.</summary>
    Look,

    /// <summary>Pause, resume, trigger by hand, announce challenge parts, change models.</summary>
    Operate,

    /// <summary>Change thresholds, teach references.</summary>
    Judge,

    /// <summary>See users, log and audit.</summary>
    Administer,
}
