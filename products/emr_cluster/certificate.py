"""Lambda function: the certificate by which a cluster's machines know each other. RFC 5280 and 8017 say the bytes.

Custom::ClusterCertificate has Bucket, Key and KeyId; KMS makes the key pair.
"""

import base64
import hashlib
import io
import json
import os
import time
import zipfile
from urllib.request import Request, urlopen

import boto3  # noqa: TID251 runs in AWS Lambda

DAYS = 1095
SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")


def handler(event, _):
    """Always answer: CloudFormation waits for an hour."""
    status, reason, asked = "SUCCESS", "done", event["ResourceProperties"]
    bucket, key = asked["Bucket"], asked["Key"]
    try:
        if event["RequestType"] == "Create":  # never renewed: machines that join later must know the first
            boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=archive(asked["KeyId"]))
        elif event["RequestType"] == "Delete":
            for it in boto3.resource("s3").Bucket(bucket).object_versions.filter(Prefix=key):
                it.delete()
    except Exception as problem:  # noqa: BLE001 becomes the stack's reason
        status, reason = "FAILED", f"{type(problem).__name__}: {problem}"
    body = {it: event[it] for it in ("StackId", "RequestId", "LogicalResourceId")}
    body |= {"Status": status, "Reason": reason, "PhysicalResourceId": f"s3://{bucket}/{key}"}
    head = {"Content-Type": ""}  # part of the signature of the address
    urlopen(Request(event["ResponseURL"], json.dumps(body).encode(), head, method="PUT"))  # noqa: S310


def archive(key):
    """What EMR looks for: machines trust this certificate alone."""
    pair = boto3.client("kms").generate_data_key_pair(KeyId=key, KeyPairSpec="RSA_2048")
    private = pair["PrivateKeyPlaintext"]
    names = "*.ec2.internal", f"*.{os.environ['AWS_REGION']}.compute.internal"
    cert = pem("CERTIFICATE", certificate(private, pair["PublicKey"], names))
    files = {"privateKey": pem("PRIVATE KEY", private), "certificateChain": cert, "trustedCertificates": cert}
    with zipfile.ZipFile(held := io.BytesIO(), "w") as file:
        for name, text in files.items():
            file.writestr(f"{name}.pem", text)
    return held.getvalue()


def certificate(private, public, names):
    """Signed by its own key."""
    kind, name, hosts = (der(6, bytes.fromhex(it)) for it in ("2a864886f70d01010b", "550403", "551d11"))
    who = seq(der(0x31, seq(name, der(12, names[-1].encode()))))
    term = [time.strftime("%y%m%d%H%M%SZ", time.gmtime(time.time() + 86400 * it)).encode() for it in (-1, DAYS)]
    hosts = seq(hosts, der(4, seq(*(der(0x82, it.encode()) for it in names))))
    head = der(0xA0, der(2, b"\2")) + der(2, b"\1" + os.urandom(15))
    kind = seq(kind, der(5))
    told = seq(head, kind, who, seq(*(der(23, it) for it in term)), who, public, der(0xA3, seq(hosts)))
    return seq(told, kind, der(3, b"\0" + signature(told, private)))


def seq(*parts):
    """A sequence."""
    return der(0x30, *parts)


def signature(told, private):
    """RSASSA-PKCS1-v1_5 by a PKCS #8 key."""
    _, n, _, d = (int.from_bytes(it, "big") for it in read(read(read(read(private)[0])[2])[0])[:4])
    size, digest = n.bit_length() // 8, SHA256 + hashlib.sha256(told).digest()
    padded = b"\1" + b"\xff" * (size - 3 - len(digest)) + b"\0" + digest
    return pow(int.from_bytes(padded, "big"), d, n).to_bytes(size, "big")


def der(tag, *parts):
    """One value."""
    body = b"".join(parts)
    count = len(body)
    more = count.to_bytes((count.bit_length() + 7) // 8, "big")
    return bytes([tag, *([count] if count < 128 else [128 + len(more), *more])]) + body


def read(body):
    """The values that follow each other."""
    found = []
    while body:
        count = max(0, body[1] - 128)
        end = 2 + count + (int.from_bytes(body[2 : 2 + count], "big") if count else body[1])
        found.append(body[2 + count : end])
        body = body[end:]
    return found


def pem(kind, body):
    """As text."""
    return f"-----BEGIN {kind}-----\n{base64.encodebytes(body).decode()}-----END {kind}-----\n"
